package io.lighter.proxy.choice;

import io.lighter.proxy.service.Endpoint;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of endpoints that clients are hashed into. Each endpoint that takes new clients has
 * entries in proportion to its weight, and a table with one endpoint more or less has almost all
 * its other entries where they were. So a client keeps its endpoint, on every node, and nobody
 * remembers it.
 *
 * <p>Each endpoint visits the entries in an order of its own, made from its address; in turn they
 * take the next entry that is free. The order of the list does not matter. A table costs two bytes
 * an entry, and building one about five visits an entry.
 *
 * <p>Immutable.
 *
 * @see <a href="https://research.google/pubs/pub44824/">Eisenbud et al.: Maglev, NSDI 2016, section
 *     3.4</a>
 */
public final class MaglevTable {
  /** The entry of a table without endpoints. */
  public static final int NONE = -1;

  /** The entries of the largest table: a prime, as all sizes are. */
  public static final int LARGEST = 65_537;

  /** The most endpoints that can be in a table; then they differ in their share by up to a half. */
  public static final int MOST_ENDPOINTS = LARGEST / 2;

  /** With 100 entries for each the shares differ by 1 or 2 % (section 5.3 of the paper). */
  private static final int ENTRIES_PER_ENDPOINT = 100;

  private static final int SMALL = 1_021;
  private static final int MEDIUM = 16_381;

  /** Numbers of endpoints as unsigned 16 bits; of length 0 for a table without. */
  private final char[] entries;

  private MaglevTable(char[] entries) {
    this.entries = entries;
  }

  /**
   * Returns how many entries so many endpoints need. It is one of three sizes, since at a change of
   * the size most clients move: who changes a table gives {@link #of(List, int)} what the old one
   * had when that is more.
   */
  public static int sizeFor(int endpoints) {
    long wanted = (long) endpoints * ENTRIES_PER_ENDPOINT;
    return wanted <= SMALL ? SMALL : wanted <= MEDIUM ? MEDIUM : LARGEST;
  }

  /** Builds a table of the size that its endpoints need. */
  public static MaglevTable of(List<Endpoint> endpoints) {
    return of(endpoints, sizeFor(endpoints.size()));
  }

  /**
   * Builds a table. Its entries are places in the list.
   *
   * @param endpoints of which those take part that take new clients, by their weights
   * @param size what {@link #sizeFor} returned for this many, or for more
   * @throws IllegalArgumentException when there are more than {@link #MOST_ENDPOINTS}
   */
  public static MaglevTable of(List<Endpoint> endpoints, int size) {
    if (endpoints.size() > MOST_ENDPOINTS) {
      throw new IllegalArgumentException(
          "a Maglev table has room for "
              + MOST_ENDPOINTS
              + " endpoints, not for "
              + endpoints.size());
    }
    if ((size != SMALL && size != MEDIUM && size != LARGEST) || size < sizeFor(endpoints.size())) {
      throw new IllegalArgumentException("not the size of a table: " + size);
    }
    int[] takers =
        IntStream.range(0, endpoints.size())
            .filter(i -> endpoints.get(i).takesNew())
            .boxed()
            .sorted(
                Comparator.comparingLong(
                    (Integer i) -> AddressHash.ofEndpoint(endpoints.get(i).address())))
            .mapToInt(i -> i)
            .toArray();
    if (takers.length == 0) {
      return new MaglevTable(new char[0]);
    }
    return new MaglevTable(populate(endpoints, takers, size));
  }

  private static char[] populate(List<Endpoint> endpoints, int[] takers, int size) {
    int[] next = new int[takers.length];
    int[] step = new int[takers.length];
    long[] credit = new long[takers.length];
    int heaviest = 0;
    for (int i = 0; i < takers.length; i++) {
      Endpoint endpoint = endpoints.get(takers[i]);
      long hash = AddressHash.ofEndpoint(endpoint.address());
      next[i] = (int) Long.remainderUnsigned(hash, size);
      step[i] = 1 + (int) Long.remainderUnsigned(AddressHash.mix(~hash), size - 1);
      heaviest = Math.max(heaviest, endpoint.weight());
    }
    char[] entries = new char[size];
    // No endpoint has this number: there are fewer than half as many.
    Arrays.fill(entries, Character.MAX_VALUE);
    int filled = 0;
    while (true) {
      for (int i = 0; i < takers.length; i++) {
        // The heaviest takes an entry a round, one of half its weight in every other round.
        credit[i] += endpoints.get(takers[i]).weight();
        if (credit[i] < heaviest) {
          continue;
        }
        credit[i] -= heaviest;
        while (entries[next[i]] != Character.MAX_VALUE) {
          next[i] = (next[i] + step[i]) % size;
        }
        entries[next[i]] = (char) takers[i];
        filled++;
        if (filled == size) {
          return entries;
        }
      }
    }
  }

  /** Returns how many entries there are, 0 when no endpoint takes new clients. */
  public int size() {
    return entries.length;
  }

  /** Returns the endpoint of an entry: its place in the list that the table was built from. */
  public int entry(int index) {
    return entries[index];
  }

  /** Returns the endpoint of a client by the client's hash, or {@link #NONE}. */
  public int endpoint(long hash) {
    return entries.length == 0 ? NONE : entries[(int) Long.remainderUnsigned(hash, entries.length)];
  }
}
