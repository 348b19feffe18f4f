package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where something listens.
 *
 * @param host a name or an address, of IPv6 without brackets
 * @param port 0 to 65535
 */
record HostAndPort(String host, int port) {
  /**
   * Reads {@code host:port}, {@code [address]:port}, or one without a port.
   *
   * @param ifAbsent the port that is meant then, or -1 when it must be given
   * @throws IllegalArgumentException that says what is wrong
   */
  static HostAndPort parse(String text, int ifAbsent) {
    int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
    int colon = text.indexOf(':', bracket + 1);
    if (text.startsWith("[") && bracket < 0) {
      throw new IllegalArgumentException("there is no ] in " + text);
    }
    if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
      throw new IllegalArgumentException("an IPv6 address stands in brackets: [" + text + "]");
    }
    int hostEnd = colon >= 0 ? colon : text.length();
    if (bracket >= 0 && hostEnd != bracket + 1) {
      throw new IllegalArgumentException("something follows the ] in " + text);
    }
    String host = bracket >= 0 ? text.substring(1, bracket) : text.substring(0, hostEnd);
    String port = colon >= 0 ? text.substring(colon + 1) : "";
    return new HostAndPort(host, port.isEmpty() ? absent(text, ifAbsent) : number(port));
  }

  private static int absent(String text, int ifAbsent) {
    if (ifAbsent < 0) {
      throw new IllegalArgumentException("there is no port in '" + text + "'");
    }
    return ifAbsent;
  }

  private static int number(String port) {
    try {
      int number = Integer.parseInt(port);
      if (number >= 0 && number <= 0xffff) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a port: " + port, e);
    }
    throw new IllegalArgumentException("a port has at most 65535, not " + port);
  }

  /**
   * Finds the addresses of the host; an empty host is this one.
   *
   * @param wait in nanoseconds; the system's own resolver may take far longer
   */
  List<InetSocketAddress> resolve(long wait) throws IOException {
    if (host.isEmpty()) {
      return List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }
    var lookup = new FutureTask<>(() -> InetAddress.getAllByName(host));
    Thread.ofVirtual().start(lookup);
    try {
      return List.of(lookup.get(wait, TimeUnit.NANOSECONDS)).stream()
          .map(address -> new InetSocketAddress(address, port))
          .toList();
    } catch (TimeoutException e) {
      throw (IOException) new SocketTimeoutException("no answer for the name " + host).initCause(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the name " + host + " was looked up", e);
    } catch (ExecutionException e) {
      throw (IOException) new UnknownHostException("unknown host " + host).initCause(e);
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
