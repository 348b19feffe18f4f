package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Connects by TCP to the first address of a host that answers. */
record TcpConnector(HostAndPort target) implements Connector {
  @Override
  public SocketConnection connect(long wait) throws IOException {
    long end = System.nanoTime() + wait;
    IOException failure = new IOException("the name has no address");
    for (InetSocketAddress address : target.resolve(wait)) {
      try {
        return SocketConnection.connect(address, Math.max(1, end - System.nanoTime()));
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  @Override
  public String toString() {
    return "tcp://" + target;
  }
}
