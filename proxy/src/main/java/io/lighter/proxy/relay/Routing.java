package io.lighter.proxy.relay;

import io.lighter.proxy.admission.ClientRange;
import io.lighter.proxy.choice.AddressHash;
import io.lighter.proxy.choice.AffinityTable;
import io.lighter.proxy.choice.Chooser;
import io.lighter.proxy.choice.MaglevTable;
import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the connections of a service go, until its endpoints or its behaviour change. Safe for use
 * by many threads.
 */
final class Routing {
  private static final MaglevTable NO_TABLE = MaglevTable.of(List.of());

  final Behaviour behaviour;
  final Backend[] backends;
  private final Chooser chooser;
  private final @Nullable AffinityTable affinity;
  private final ClientRange[] sources;

  /** In nanoseconds, as all durations here; 0 for none. */
  final long connectTimeout;

  final long idleTimeout;

  /**
   * Makes a routing.
   *
   * @param affinity of the service, whatever its endpoints; null for none
   */
  Routing(
      Behaviour behaviour, List<Backend> backends, @Nullable AffinityTable affinity, long seed) {
    this.behaviour = behaviour;
    this.backends = backends.toArray(Backend[]::new);
    this.affinity = affinity;
    this.sources = behaviour.sources().stream().map(ClientRange::of).toArray(ClientRange[]::new);
    MaglevTable table =
        behaviour.balancing() == Balancing.MAGLEV
            ? MaglevTable.of(backends.stream().map(Backend::endpoint).toList())
            : NO_TABLE;
    this.chooser = Chooser.of(behaviour.balancing(), backends.size(), table, seed);
    this.connectTimeout = behaviour.timeouts().connect().toNanos();
    this.idleTimeout = behaviour.timeouts().idle().toNanos();
  }

  @Nullable AffinityTable affinity() {
    return affinity;
  }

  /** Chooses for a client among those that it may have; null when there is none. */
  @Nullable Backend choose(Candidacy candidacy, long high, long low, long now) {
    if (affinity != null) {
      int id = affinity.get(high, low, now);
      for (int i = 0; id != AffinityTable.NONE && i < backends.length; i++) {
        if (backends[i].id == id && candidacy.isPossible(i)) {
          affinity.put(high, low, id, now);
          return backends[i];
        }
      }
    }
    int chosen = chooser.choose(candidacy, AddressHash.ofClient(high, low));
    if (chosen == Chooser.NONE) {
      return null;
    }
    Backend backend = backends[chosen];
    if (affinity != null) {
      affinity.put(high, low, backend.id, now);
    }
    return backend;
  }

  /** Returns whether a client is one that the service is for. */
  boolean isSource(long high, long low) {
    for (ClientRange range : sources) {
      if (range.contains(high, low)) {
        return true;
      }
    }
    return sources.length == 0;
  }

  /** Returns whether no other endpoint takes connections. */
  boolean isLast(Backend backend, long now) {
    for (Backend other : backends) {
      if (other != backend && other.takesNew(now)) {
        return false;
      }
    }
    return true;
  }
}
