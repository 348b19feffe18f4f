package io.lighter.proxy.udp;

import io.lighter.linux.DatagramBatch;
import io.lighter.proxy.admission.ClientRange;
import io.lighter.proxy.admission.RateLimit;
import io.lighter.proxy.choice.AddressHash;
import io.lighter.proxy.choice.AffinityTable;
import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Service;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A service, what all loops know of it. Thread-safe; one thread at a time configures it. */
final class UdpService {
  /** How many clients an affinity remembers: what a table of 28 bytes each may cost, 28 MB. */
  private static final int MOST_CLIENTS = 1 << 20;

  /** How many endpoints that are gone it remembers besides. */
  private static final int MOST_NUMBERS = 1024;

  private final String name;
  private final UdpCounters counters = new UdpCounters();
  private final AtomicInteger open = new AtomicInteger();

  /** What an affinity remembers of endpoints, also of those that are gone. */
  private final Map<SocketAddress, Integer> numbers = new HashMap<>();

  private volatile State state;

  /**
   * What holds between two changes, seen as a whole.
   *
   * @param numbered the endpoints by what the affinity remembers of them
   */
  private record State(
      Service config,
      UdpEndpoints endpoints,
      List<ClientRange> sources,
      RateLimit rate,
      @Nullable AffinityTable affinity,
      List<UdpEndpoint> numbered) {}

  UdpService(Service config, long now) {
    this.name = config.name();
    RateLimit rate = new RateLimit(now);
    this.state = new State(config, UdpEndpoints.NONE, List.of(), rate, null, List.of());
    configure(config, now);
  }

  String name() {
    return name;
  }

  Behaviour behaviour() {
    return state.config.behaviour();
  }

  UdpCounters counters() {
    return counters;
  }

  /** How many flows there are at all loops. */
  AtomicInteger open() {
    return open;
  }

  /** Returns whether there may be somebody for a new client. */
  boolean takesNew() {
    return state.endpoints.takeNew();
  }

  /** Returns whether flows of an endpoint are to end though they are in use. */
  boolean isOver(UdpEndpoint endpoint, long now) {
    return endpoint.isOver(behaviour().timeouts().drain().toNanos(), now);
  }

  /** Returns whether an endpoint drains for a time that has a bound. */
  boolean drains() {
    return !behaviour().timeouts().drain().isZero() && state.endpoints.drain();
  }

  /** Takes another configuration; flows go on but those of endpoints that are gone. */
  void configure(Service changed, long now) {
    State before = state;
    Behaviour old = before.config.behaviour();
    Behaviour behaviour = changed.behaviour();
    RateLimit rate = behaviour.limits().equals(old.limits()) ? before.rate : new RateLimit(now);
    List<ClientRange> sources = behaviour.sources().stream().map(ClientRange::of).toList();
    List<UdpEndpoint> numbered = new ArrayList<>(before.numbered);
    AffinityTable affinity = before.affinity;
    if (affinity == null
        || !behaviour.affinity().equals(old.affinity())
        || numbered.size() > MOST_NUMBERS + 4 * changed.endpoints().size()) {
      // With new numbers, so that endpoints that were there once do not add up.
      affinity = table(behaviour.affinity());
      numbered.clear();
      numbers.clear();
    }
    Map<SocketAddress, UdpEndpoint> gone = new HashMap<>();
    before.endpoints.all().forEach(endpoint -> gone.put(endpoint.config().address(), endpoint));
    List<UdpEndpoint> present = new ArrayList<>();
    for (Endpoint wanted : changed.endpoints()) {
      UdpEndpoint known = gone.remove(wanted.address());
      UdpEndpoint endpoint = known == null ? new UdpEndpoint(wanted) : known;
      endpoint.configure(wanted, now);
      present.add(endpoint);
      if (affinity != null) {
        number(endpoint, numbered);
      }
    }
    UdpEndpoints endpoints = new UdpEndpoints(present, numbers, behaviour.balancing(), now);
    state = new State(changed, endpoints, sources, rate, affinity, List.copyOf(numbered));
    gone.values().forEach(UdpEndpoint::remove);
  }

  private static @Nullable AffinityTable table(Affinity affinity) {
    return affinity.isOn() ? new AffinityTable(affinity.timeout().toNanos(), MOST_CLIENTS) : null;
  }

  /** One that was there before gets its number again, so that clients come back to it. */
  private void number(UdpEndpoint endpoint, List<UdpEndpoint> all) {
    Integer known = numbers.get(endpoint.config().address());
    if (known == null) {
      numbers.put(endpoint.config().address(), all.size());
      all.add(endpoint);
    } else {
      all.set(known, endpoint);
    }
  }

  /** The service is there no longer. */
  void remove() {
    state.endpoints.all().forEach(UdpEndpoint::remove);
  }

  /**
   * Finds an endpoint for the client that sent a datagram.
   *
   * @return null when it gets none
   */
  @Nullable UdpEndpoint admit(DatagramBatch batch, int place, long time) {
    State now = state;
    Behaviour behaviour = now.config.behaviour();
    int most = behaviour.limits().connections();
    if ((most > 0 && open.get() >= most)
        || !mayCome(now.sources, batch.high(place), batch.low(place))
        || !now.rate.tryPass(behaviour.limits(), time)) {
      return null;
    }
    return choose(now, batch.high(place), batch.low(place), time);
  }

  private static @Nullable UdpEndpoint choose(State now, long high, long low, long time) {
    AffinityTable remembered = now.affinity;
    if (remembered != null) {
      int number = remembered.get(high, low, time);
      UdpEndpoint had = number == AffinityTable.NONE ? null : now.numbered.get(number);
      if (had != null && !had.isOver(0, time) && !had.config().draining() && !had.isEjected(time)) {
        remembered.put(high, low, number, time);
        return had;
      }
    }
    int most = now.config.behaviour().limits().connectionsPerEndpoint();
    int chosen = now.endpoints.choose(AddressHash.ofClient(high, low), most, time);
    if (chosen < 0) {
      return null;
    }
    if (remembered != null) {
      remembered.put(high, low, now.endpoints.number(chosen), time);
    }
    return now.endpoints.all().get(chosen);
  }

  private static boolean mayCome(List<ClientRange> sources, long high, long low) {
    for (int i = 0; i < sources.size(); i++) {
      if (sources.get(i).contains(high, low)) {
        return true;
      }
    }
    return sources.isEmpty();
  }

  UdpStatistics statistics() {
    return counters.read(open.get());
  }
}
