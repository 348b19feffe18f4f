package io.lighter.proxy.relay;

import io.lighter.proxy.choice.Candidates;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of a service as one connection may have them: those that work, are not full, and
 * have not been tried for it. One object of a loop serves all its connections.
 */
final class Candidacy implements Candidates {
  private static final Backend[] NONE = {};

  private Backend[] backends = NONE;
  private int limit;
  private long tried;
  private long now;

  /**
   * Looks at the endpoints for a connection.
   *
   * @param tried bits of the places of those that are out of question, see {@link #bit}
   */
  Candidacy of(@Nullable Routing routing, long tried, long now) {
    this.backends = routing == null ? NONE : routing.backends;
    this.limit = routing == null ? 0 : routing.behaviour.limits().connectionsPerEndpoint();
    this.tried = tried;
    this.now = now;
    return this;
  }

  /**
   * Returns the bit that stands for an endpoint. With more than 64 endpoints some share one: then
   * an endpoint more than the one that failed is passed over, by one connection.
   */
  static long bit(Backend backend) {
    return 1L << backend.id;
  }

  @Override
  public int count() {
    return backends.length;
  }

  @Override
  public int weight(int endpoint) {
    Backend backend = backends[endpoint];
    return backend.takesNew(now) && hasRoom(backend) ? backend.endpoint().weight() : 0;
  }

  @Override
  public int connections(int endpoint) {
    return backends[endpoint].connections.get();
  }

  /** Returns whether a client that had this endpoint before may have it again. */
  boolean isPossible(int endpoint) {
    Backend backend = backends[endpoint];
    return backend.isUsable(now) && hasRoom(backend);
  }

  private boolean hasRoom(Backend backend) {
    return (tried & bit(backend)) == 0 && (limit == 0 || backend.connections.get() < limit);
  }
}
