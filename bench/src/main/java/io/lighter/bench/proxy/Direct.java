package io.lighter.bench.proxy;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nothing between the client and the server: the ceiling. */
record Direct() implements ProxySubject {
  @Override
  public String name() {
    return "direct";
  }

  @Override
  public String description() {
    return "no balancer: the client connects to the server";
  }

  @Override
  public @Nullable List<String> command(Path folder, List<PortPair> ports) {
    return null;
  }

  @Override
  public String address(PortPair ports) {
    return "127.0.0.1";
  }

  @Override
  public int port(PortPair ports) {
    return ports.back();
  }
}
