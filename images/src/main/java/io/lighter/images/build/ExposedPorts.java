package io.lighter.images.build;

import io.lighter.images.dockerfile.SyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the ports of EXPOSE: {@code 80}, {@code 80/udp}, {@code 8000-8010}. */
final class ExposedPorts {
  private static final Pattern PORTS =
      Pattern.compile("(?:.*:)?(\\d{1,5})(?:-(\\d{1,5}))?(?:/([A-Za-z]+))?");
  private static final int LAST = 65_535;

  private ExposedPorts() {}

  /** Returns each port with its protocol. What stands before a colon is the host's, and dropped. */
  static List<String> of(String text) {
    Matcher matcher = PORTS.matcher(text);
    if (!matcher.matches()) {
      throw new SyntaxException(text + " is no port; write 80, 80/udp or 8000-8010");
    }
    int first = port(matcher.group(1), text);
    int last = matcher.group(2) == null ? first : port(matcher.group(2), text);
    String protocol = matcher.group(3) == null ? "tcp" : matcher.group(3).toLowerCase(Locale.ROOT);
    if (!List.of("tcp", "udp", "sctp").contains(protocol)) {
      throw new SyntaxException(text + ": the protocol is tcp, udp or sctp, not " + protocol);
    }
    if (last < first) {
      throw new SyntaxException(text + " is a range that ends before it begins");
    }
    List<String> ports = new ArrayList<>();
    for (int port = first; port <= last; port++) {
      ports.add(port + "/" + protocol);
    }
    return ports;
  }

  private static int port(String digits, String text) {
    int port = Integer.parseInt(digits);
    if (port < 1 || port > LAST) {
      throw new SyntaxException(text + ": a port is 1 to 65535, not " + digits);
    }
    return port;
  }
}
