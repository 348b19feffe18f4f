package io.lighter.bench.proxy;

import io.lighter.bench.report.ProxyData;
import java.io.IOException;
import java.util.List;

/** Where client, balancer and server are. */
interface Site extends AutoCloseable {
  /** The parties. */
  enum Role {
    CLIENT,
    BALANCER,
    SERVER
  }

  /**
   * Makes one of a kind.
   *
   * @param kind a name of {@link ProxyData}
   */
  static Site make(String kind) throws IOException, InterruptedException {
    return kind.equals(ProxyData.LOOPBACK) ? Loopback.make() : NetworkNamespaces.make();
  }

  String description();

  /** Returns the address that a balancer has for clients. */
  String balancerAddress();

  /** Returns the server's addresses; the first is for everything, the others for idle clients. */
  List<String> serverAddresses();

  /** Returns what has to be before a command, so that it runs where it belongs. */
  List<String> prefix(Role role);

  @Override
  void close() throws IOException;
}
