package io.lighter.bench.proxy.traffic;

import io.lighter.bench.proxy.traffic.Order.Mode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The client, which is the same for all subjects: it answers each line of its input, an {@link
 * Order}, by an {@link Answer}, until the input ends.
 */
public final class TrafficClient {
  private TrafficClient() {}

  public static void main(String[] args) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (HeldConnections held = new HeldConnections()) {
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        if (!line.equals(Order.STOP)) {
          System.out.println(obey(Order.parse(line), held).line());
        }
      }
    }
  }

  private static Answer obey(Order order, HeldConnections held) throws IOException {
    InetSocketAddress to = new InetSocketAddress(order.address(), order.port());
    if (order.mode() == Mode.HOLD) {
      held.hold(to, order.connections());
    } else if (order.mode() == Mode.SLOW) {
      held.takeSlowly(to, order.connections());
    } else if (order.mode() == Mode.RELEASE) {
      held.close();
    } else {
      try (Traffic traffic = new Traffic(order, () -> System.in.available() > 0)) {
        return traffic.run();
      }
    }
    return new Answer(0, 0, 0, new Histogram(1), System.nanoTime(), List.of());
  }
}
