package io.lighter.proxy.udp;

import io.lighter.proxy.choice.Candidates;
import io.lighter.proxy.choice.Chooser;
import io.lighter.proxy.choice.MaglevTable;
import io.lighter.proxy.service.Balancing;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;

/** The endpoints of a service between two changes, and whose turn it is. Thread-safe. */
final class UdpEndpoints {
  /** None at all. */
  static final UdpEndpoints NONE = new UdpEndpoints(List.of(), Map.of(), Balancing.RANDOM, 0);

  /** Those that may be chosen at one moment. */
  private final class Now implements Candidates {
    private long time;
    private int most;
    private boolean ejectedToo;

    @Override
    public int count() {
      return all.size();
    }

    @Override
    public int weight(int endpoint) {
      UdpEndpoint asked = all.get(endpoint);
      boolean takes =
          !asked.config().draining()
              && (most == 0 || asked.flows().get() < most)
              && (ejectedToo || !asked.isEjected(time));
      return takes ? asked.config().weight() : 0;
    }

    @Override
    public int connections(int endpoint) {
      return all.get(endpoint).flows().get();
    }
  }

  private final List<UdpEndpoint> all;
  private final int[] numbers;
  private final Chooser chooser;
  private final Now now = new Now();

  UdpEndpoints(
      List<UdpEndpoint> all, Map<SocketAddress, Integer> numbers, Balancing balancing, long seed) {
    this.all = List.copyOf(all);
    this.numbers =
        all.stream().mapToInt(e -> numbers.getOrDefault(e.config().address(), 0)).toArray();
    this.chooser = Chooser.of(balancing, all.size(), table(all, balancing), seed);
  }

  private static MaglevTable table(List<UdpEndpoint> all, Balancing balancing) {
    List<UdpEndpoint> hashed = balancing == Balancing.MAGLEV ? all : List.of();
    return MaglevTable.of(hashed.stream().map(UdpEndpoint::config).toList());
  }

  List<UdpEndpoint> all() {
    return all;
  }

  /** Returns the number by which an affinity remembers one. */
  int number(int endpoint) {
    return numbers[endpoint];
  }

  boolean drain() {
    for (UdpEndpoint endpoint : all) {
      if (endpoint.config().draining()) {
        return true;
      }
    }
    return false;
  }

  boolean takeNew() {
    for (UdpEndpoint endpoint : all) {
      if (endpoint.config().takesNew()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Chooses one for a new flow. When all are ejected that is no reason to have none.
   *
   * @param most flows of each; 0 for no limit
   * @return its index, or less than 0
   */
  synchronized int choose(long clientHash, int most, long time) {
    now.time = time;
    now.most = most;
    now.ejectedToo = false;
    int chosen = chooser.choose(now, clientHash);
    if (chosen < 0) {
      now.ejectedToo = true;
      chosen = chooser.choose(now, clientHash);
    }
    return chosen;
  }
}
