package io.lighter.images.registry.client;

import java.util.Locale;
import java.util.regex.Pattern;

/** The hosts that are this machine by their name, so that nobody can listen in. */
final class LoopbackHosts {
  private static final Pattern IPV4 = Pattern.compile("127(?:\\.\\d{1,3}){3}");

  private LoopbackHosts() {}

  /**
   * Whether a host is in 127.0.0.0/8, {@code ::1} or {@code localhost}.
   *
   * @param host without a port
   */
  static boolean contains(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.equals("[::1]")
        || name.equals("::1")
        || IPV4.matcher(name).matches();
  }
}
