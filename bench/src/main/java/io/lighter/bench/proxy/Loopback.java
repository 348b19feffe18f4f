package io.lighter.bench.proxy;

import java.util.List;

/** All in one network namespace: quick, and kind to everybody, since no packet passes a device. */
record Loopback() implements Site {
  @Override
  public String description() {
    return "all at 127.0.0.1";
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
    return List.of();
  }

  @Override
  public void close() {
    // There is nothing.
  }
}
