package io.lighter.proxy.ebpf;

import io.lighter.proxy.choice.MaglevTable;
import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Endpoint;
import java.util.List;
import java.util.stream.IntStream;

/** In what order endpoints stand in the slots of a service. Pure. */
final class SlotOrder {
  /** The most slots of a service that is not balanced by MAGLEV and has weights that differ. */
  static final int LONGEST = 4_096;

  private SlotOrder() {}

  /**
   * Returns which endpoint is in each slot, as its place in the list; none where none takes new
   * clients.
   *
   * <p>By turn or by chance, each has as many slots as its weight is, when the weights have been
   * divided by what is common to them; they are spread evenly. Where these are more than {@link
   * #LONGEST}, the shares are rounded, and every endpoint has one slot at least.
   *
   * @param table how many slots the table of MAGLEV has that this one replaces, 0 for none: a
   *     smaller one would move most clients
   */
  static int[] of(Balancing balancing, List<Endpoint> endpoints, int table) {
    if (balancing == Balancing.MAGLEV) {
      int size = Math.max(table, MaglevTable.sizeFor(endpoints.size()));
      MaglevTable built = MaglevTable.of(endpoints, size);
      return IntStream.range(0, built.size()).map(built::entry).toArray();
    }
    int[] takers =
        IntStream.range(0, endpoints.size()).filter(i -> endpoints.get(i).takesNew()).toArray();
    int[] weights = IntStream.of(takers).map(i -> endpoints.get(i).weight()).toArray();
    int[] shares = shares(weights);
    int[] order = turns(shares);
    for (int i = 0; i < order.length; i++) {
      order[i] = takers[order[i]];
    }
    return order;
  }

  private static int[] shares(int[] weights) {
    int common = IntStream.of(weights).reduce(0, SlotOrder::commonDivisor);
    int[] shares = IntStream.of(weights).map(weight -> weight / common).toArray();
    long sum = IntStream.of(shares).asLongStream().sum();
    if (sum <= Math.max(LONGEST, weights.length)) {
      return shares;
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (int) Math.max(1, Math.round((double) shares[i] * LONGEST / sum));
    }
    return shares;
  }

  private static int commonDivisor(int a, int b) {
    return b == 0 ? a : commonDivisor(b, a % b);
  }

  /** Smooth weighted round robin: in each turn all gain their share, and the richest pays all. */
  private static int[] turns(int[] shares) {
    int sum = IntStream.of(shares).sum();
    if (sum == shares.length) {
      return IntStream.range(0, sum).toArray();
    }
    int[] order = new int[sum];
    long[] credit = new long[shares.length];
    for (int turn = 0; turn < sum; turn++) {
      int richest = 0;
      for (int i = 0; i < shares.length; i++) {
        credit[i] += shares[i];
        if (credit[i] > credit[richest]) {
          richest = i;
        }
      }
      credit[richest] -= sum;
      order[turn] = richest;
    }
    return order;
  }
}
