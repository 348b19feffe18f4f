package io.lighter.proxy.service;

/** By what rule a connection gets an endpoint. All of them honour the weights. */
public enum Balancing {
  /** One after the other, those of more weight more often, evenly spread. */
  ROUND_ROBIN,
  /** The one with the fewest connections for its weight. Tier one only. */
  LEAST_CONNECTIONS,
  /** By chance. */
  RANDOM,
  /** By chance two of them, and of these the one with fewer connections. Tier one only. */
  RANDOM_TWO,
  /**
   * By the client's address, so that few clients change theirs when the endpoints change: Maglev's
   * table (Eisenbud et al., NSDI 2016, section 3.4).
   */
  MAGLEV;

  /** Returns whether it needs to know how many connections each endpoint has. */
  public boolean countsConnections() {
    return this == LEAST_CONNECTIONS || this == RANDOM_TWO;
  }
}
