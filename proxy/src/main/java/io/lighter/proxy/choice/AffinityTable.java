package io.lighter.proxy.choice;

import java.util.Arrays;

/**
 * Remembers which endpoint each client had, for a time after its last connection.
 *
 * <p>Clients hash to places of eight; a new one takes a place that is free or whose time is up.
 * When there is none the table doubles, up to a bound, and from then on the client that would be
 * forgotten first is forgotten. A client costs 28 bytes.
 *
 * <p>Safe for use by many threads: one after the other. Times are nanoseconds of any one clock.
 */
public final class AffinityTable {
  /** The answer about a client that is not known. */
  public static final int NONE = -1;

  private static final int WAYS = 8;
  private static final int FIRST_CAPACITY = 64;

  private final long timeout;
  private final int mostClients;
  private long[] high = {};
  private long[] low = {};
  private long[] until = {};
  private int[] endpoint = {};

  /**
   * Makes a table that remembers nobody and takes no memory yet.
   *
   * @param timeout how long a client is remembered after its last connection
   * @param mostClients a power of two, at least 64
   */
  public AffinityTable(long timeout, int mostClients) {
    if (Integer.bitCount(mostClients) != 1 || mostClients < FIRST_CAPACITY) {
      throw new IllegalArgumentException(
          "the clients of an affinity are a power of two, at least 64, not " + mostClients);
    }
    this.timeout = timeout;
    this.mostClients = mostClients;
  }

  /**
   * Returns what was remembered about a client.
   *
   * @return what was given to {@link #put}, or {@link #NONE}
   */
  public synchronized int get(long high, long low, long now) {
    int at = find(high, low, now);
    return at < 0 ? NONE : endpoint[at];
  }

  /**
   * Remembers a client, anew if it is known.
   *
   * @param endpoint a number from 0 that means the endpoint as long as there is this table
   */
  public synchronized void put(long high, long low, int endpoint, long now) {
    int at = find(high, low, now);
    while (at < 0) {
      at = place(high, low, now);
    }
    this.high[at] = high;
    this.low[at] = low;
    this.endpoint[at] = endpoint;
    this.until[at] = now + timeout;
  }

  private int find(long clientHigh, long clientLow, long now) {
    if (endpoint.length == 0) {
      return NONE;
    }
    int first = first(clientHigh, clientLow);
    for (int i = first; i < first + WAYS; i++) {
      if (low[i] == clientLow && high[i] == clientHigh && isTaken(i, now)) {
        return i;
      }
    }
    return NONE;
  }

  private boolean isTaken(int at, long now) {
    return endpoint[at] != NONE && until[at] - now > 0;
  }

  /** Returns a place for a client that has none, or {@link #NONE} when the table has grown. */
  private int place(long clientHigh, long clientLow, long now) {
    if (endpoint.length == 0) {
      grow(FIRST_CAPACITY, now);
    }
    int first = first(clientHigh, clientLow);
    int soonest = first;
    for (int i = first; i < first + WAYS; i++) {
      if (!isTaken(i, now)) {
        return i;
      }
      soonest = until[i] - until[soonest] < 0 ? i : soonest;
    }
    if (endpoint.length == mostClients) {
      return soonest;
    }
    grow(2 * endpoint.length, now);
    return NONE;
  }

  private int first(long clientHigh, long clientLow) {
    int places = endpoint.length / WAYS;
    return WAYS * (int) (AddressHash.ofClient(clientHigh, clientLow) & (places - 1));
  }

  private void grow(int capacity, long now) {
    long[] oldHigh = high;
    long[] oldLow = low;
    long[] oldUntil = until;
    int[] oldEndpoint = endpoint;
    high = new long[capacity];
    low = new long[capacity];
    until = new long[capacity];
    endpoint = new int[capacity];
    Arrays.fill(endpoint, NONE);
    for (int i = 0; i < oldEndpoint.length; i++) {
      if (oldEndpoint[i] == NONE || oldUntil[i] - now <= 0) {
        continue;
      }
      // The clients of one place go to two, so there is always room.
      int at = first(oldHigh[i], oldLow[i]);
      while (endpoint[at] != NONE) {
        at++;
      }
      high[at] = oldHigh[i];
      low[at] = oldLow[i];
      until[at] = oldUntil[i];
      endpoint[at] = oldEndpoint[i];
    }
  }

  /** Returns how many clients there is memory for now. */
  public synchronized int capacity() {
    return endpoint.length;
  }
}
