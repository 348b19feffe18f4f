package io.lighter.proxy.service;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** IP addresses as people write them. Host names are refused: nothing here asks a resolver. */
public final class IpText {
  private IpText() {}

  /** Returns an address with its port as {@link #socket} reads it. */
  public static String of(InetSocketAddress socket) {
    String address = socket.getAddress().getHostAddress();
    return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + socket.getPort();
  }

  /**
   * Reads an address: {@code 10.0.0.1} or {@code fd00::1}.
   *
   * @throws IllegalArgumentException when it is none; zones, as in {@code fe80::1%eth0}, are none
   */
  public static InetAddress address(String text) {
    byte[] four = four(text);
    if (four != null) {
      return of(four);
    }
    if (text.indexOf(':') < 0) {
      throw new IllegalArgumentException(notAnAddress(text));
    }
    if (!text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')) {
      throw new IllegalArgumentException("'" + text + "' is no IPv6 address");
    }
    try {
      return Inet6Address.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is no IPv6 address", e);
    }
  }

  /**
   * Reads an address and a port from 1 to 65535: {@code 10.0.0.1:80} or {@code [fd00::1]:80}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static InetSocketAddress socket(String text) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[");
    if (bracketed ? !text.contains("]:") || text.indexOf(']') != colon - 1 : colon < 0) {
      throw new IllegalArgumentException("'%s' has no port: write %s:80".formatted(text, text));
    }
    String host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
    if (host.isEmpty() || host.equals("*")) {
      throw new IllegalArgumentException(
          "'%s' has no address: write 0.0.0.0%s, [::]%s or both"
              .formatted(text, text.substring(colon), text.substring(colon)));
    }
    if (!bracketed && host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "'%s' is ambiguous: IPv6 addresses have brackets, as in [fd00::1]:80".formatted(text));
    }
    InetAddress address = address(host);
    if (bracketed && host.indexOf(':') < 0) {
      throw new IllegalArgumentException("'" + text + "': only IPv6 addresses have brackets");
    }
    return new InetSocketAddress(address, port(text.substring(colon + 1)));
  }

  /**
   * Reads a range: {@code 10.0.0.0/8}, {@code fd00::/8}, or a single address.
   *
   * @throws IllegalArgumentException when it is none, or has bits set behind its prefix
   */
  public static AddressRange range(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      InetAddress single = address(text);
      return new AddressRange(single, 8 * single.getAddress().length);
    }
    InetAddress first = address(text.substring(0, slash));
    return new AddressRange(first, number(text, text.substring(slash + 1)));
  }

  /**
   * Reads a range and clears the bits behind its prefix, as Kubernetes does: {@code 10.1.2.3/8} is
   * {@code 10.0.0.0/8}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static AddressRange network(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("'" + text + "' has no prefix: write ADDRESS/BITS");
    }
    byte[] bytes = address(text.substring(0, slash)).getAddress();
    int prefix = number(text, text.substring(slash + 1));
    for (int bit = prefix; bit < 8 * bytes.length; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return new AddressRange(of(bytes), prefix);
  }

  private static int port(String text) {
    int port = text.length() > 5 ? 0 : number(text, text);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("'" + text + "' is no port: they go from 1 to 65535");
    }
    return port;
  }

  private static int number(String whole, String digits) {
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("'%s' of '%s' is no number".formatted(digits, whole));
    }
    return Integer.parseInt(digits);
  }

  private static String notAnAddress(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> isDigit((char) c) || c == '.')
        ? "'" + text + "' is no IPv4 address"
        : "'" + text + "' is no IP address, and host names are not looked up";
  }

  /** Returns four bytes, or null for anything but four numbers without leading zeros. */
  private static byte @Nullable [] four(String text) {
    byte[] bytes = new byte[4];
    int at = 0;
    for (int part = 0; part < 4; part++) {
      int start = at;
      int value = 0;
      while (at < text.length() && at - start < 3 && isDigit(text.charAt(at))) {
        value = 10 * value + text.charAt(at++) - '0';
      }
      boolean zeros = at - start > 1 && text.charAt(start) == '0';
      boolean ends = part == 3 ? at == text.length() : at < text.length() && text.charAt(at) == '.';
      if (at == start || zeros || value > 255 || !ends) {
        return null;
      }
      bytes[part] = (byte) value;
      at++;
    }
    return bytes;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }
}
