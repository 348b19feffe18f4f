package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;

/** Connects to a stream socket of a path. */
record UnixConnector(String path) implements Connector {
  @Override
  public Connection connect(long wait) throws IOException {
    return SocketConnection.connect(UnixDomainSocketAddress.of(path), wait);
  }

  @Override
  public String toString() {
    return "unix://" + path;
  }
}
