package io.lighter.proxy.service;

/**
 * Use of the PROXY protocol, which tells an endpoint who the client is.
 *
 * @param receive each connection of a client begins with a header, of version 1 or 2; one that does
 *     not is reset
 * @param send what our connections to the endpoints begin with
 * @see <a href="https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
public record ProxyHeaders(boolean receive, Version send) {
  /** Which header is sent. */
  public enum Version {
    NONE,
    V1,
    V2
  }

  /** Neither received nor sent. */
  public static final ProxyHeaders NONE = new ProxyHeaders(false, Version.NONE);
}
