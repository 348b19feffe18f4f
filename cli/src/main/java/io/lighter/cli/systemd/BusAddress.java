package io.lighter.cli.systemd;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where systemd may be reached.
 *
 * @param path the file of a Unix socket, or its name with {@code @} before it where it has no file
 * @param bus whether a bus daemon listens there, and not systemd itself
 * @see <a href="https://dbus.freedesktop.org/doc/dbus-specification.html#addresses">D-Bus, Server
 *     Addresses</a>
 */
record BusAddress(String path, boolean bus) {
  private static final String UNIX = "unix:";

  /** Reads what of a list of addresses is a Unix socket; everything else is left out. */
  static List<BusAddress> parse(String addresses) {
    List<BusAddress> found = new ArrayList<>();
    for (String address : addresses.split(";", -1)) {
      if (!address.startsWith(UNIX)) {
        continue;
      }
      for (String option : address.substring(UNIX.length()).split(",", -1)) {
        if (option.startsWith("path=")) {
          found.add(new BusAddress(unescape(option.substring("path=".length())), true));
        } else if (option.startsWith("abstract=")) {
          found.add(new BusAddress("@" + unescape(option.substring("abstract=".length())), true));
        }
      }
    }
    return found;
  }

  static BusAddress ofBus(Path socket) {
    return new BusAddress(socket.toString(), true);
  }

  static BusAddress ofSystemd(Path socket) {
    return new BusAddress(socket.toString(), false);
  }

  /** Whether it has a file that can be looked for. */
  boolean hasFile() {
    return !path.startsWith("@");
  }

  /** As D-Bus writes it. */
  String text() {
    return UNIX + (hasFile() ? "path=" + escape(path) : "abstract=" + escape(path.substring(1)));
  }

  private static String unescape(String text) {
    byte[] bytes = new byte[text.length()];
    int length = 0;
    byte[] given = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < given.length; i++) {
      boolean escaped = given[i] == '%' && i + 2 < given.length;
      bytes[length++] = escaped ? (byte) Integer.parseInt(text, i + 1, i + 3, 16) : given[i];
      i += escaped ? 2 : 0;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private static String escape(String path) {
    StringBuilder text = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b > 0 && (Character.isLetterOrDigit(b) || "-_/.*\\".indexOf(b) >= 0);
      text.append(plain ? String.valueOf((char) b) : String.format("%%%02x", b & 0xff));
    }
    return text.toString();
  }
}
