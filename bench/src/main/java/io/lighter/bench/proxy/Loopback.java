package io.lighter.bench.proxy;

import java.io.IOException;
import java.util.List;

/** All in one network namespace: quick, and kind to everybody, since no packet passes a device. */
record Loopback(HeldNamespace namespace) implements Site {
  static Loopback make() throws IOException {
    return new Loopback(HeldNamespace.make());
  }

  @Override
  public String description() {
    return "all at 127.0.0.1, in a network namespace for each balancer";
  }

  @Override
  public String balancerAddress() {
    return "127.0.0.1";
  }

  @Override
  public List<String> serverAddresses() {
    return List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6");
  }

  @Override
  public List<String> prefix(Role role) {
    return namespace.prefix();
  }

  @Override
  public void close() throws IOException {
    namespace.close();
  }
}
