package io.lighter.proxy.relay;

import io.lighter.linux.Linux;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** A relay as a process, for {@link EpsilonTest}: it says how much of its heap is used. */
final class EpsilonRelay {
  private EpsilonRelay() {}

  /** Takes its own port and that of its endpoint, and answers each line with the bytes in use. */
  public static void main(String[] arguments) throws IOException {
    RelayConfig config =
        RelayConfig.of(
            e -> {
              e.printStackTrace();
              Runtime.getRuntime().halt(1);
            });
    try (Relay relay = Relay.open(Linux.kernel(), config.withLoops(1))) {
      Frontend front = new Frontend(Transport.TCP, at(arguments[0]));
      Endpoint endpoint = new Endpoint(at(arguments[1]));
      Service service = new Service("web", List.of(front), List.of(endpoint), Behaviour.DEFAULT);
      System.out.println("ready " + relay.apply(new ServiceTable(List.of(service))));
      while (System.in.read() == '\n') {
        Runtime runtime = Runtime.getRuntime();
        System.out.println(runtime.totalMemory() - runtime.freeMemory());
      }
    }
  }

  private static InetSocketAddress at(String port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }
}
