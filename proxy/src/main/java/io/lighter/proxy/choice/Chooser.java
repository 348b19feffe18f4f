package io.lighter.proxy.choice;

import io.lighter.proxy.service.Balancing;
import java.util.SplittableRandom;

/**
 * Chooses an endpoint for each connection by one rule. It remembers whose turn it is, for a fixed
 * number of candidates, so another number needs another chooser.
 *
 * <p>Safe for use by many threads: they choose one after the other.
 */
public abstract sealed class Chooser {
  /** The answer when there is no candidate. */
  public static final int NONE = -1;

  /**
   * Makes a chooser.
   *
   * @param endpoints how many candidates there will be
   * @param table of these endpoints for {@link Balancing#MAGLEV}; others do not look at it
   * @param seed of what is left to chance, and of who is the first
   */
  public static Chooser of(Balancing balancing, int endpoints, MaglevTable table, long seed) {
    return switch (balancing) {
      case ROUND_ROBIN -> new RoundRobin(endpoints, seed);
      case LEAST_CONNECTIONS -> new LeastConnections(seed);
      case RANDOM -> new Chance(seed);
      case RANDOM_TWO -> new TwoByChance(seed);
      case MAGLEV -> new Hashing(table);
    };
  }

  /**
   * Chooses.
   *
   * @param clientHash of {@link AddressHash#ofClient}
   * @return the number of a candidate whose weight is not 0, or {@link #NONE}
   */
  public abstract int choose(Candidates candidates, long clientHash);

  /**
   * Smooth weighted round robin: each gets credit by its weight, the one with the most is chosen
   * and pays what all got. So 5, 1, 1 gives a, a, b, a, c, a, a and not five a in a row.
   *
   * @see <a
   *     href="https://github.com/phusion/nginx/commit/27e94984486058d73157038f7950a0a36ecc6e35">as
   *     in nginx</a>
   */
  private static final class RoundRobin extends Chooser {
    private final long[] credit;
    private final SplittableRandom random;
    private boolean started;

    RoundRobin(int endpoints, long seed) {
      credit = new long[endpoints];
      random = new SplittableRandom(seed);
    }

    /**
     * Gives each up to a turn in advance: a table that changes often must not begin with the same
     * endpoint each time.
     */
    private void start(Candidates candidates) {
      started = true;
      for (int i = 0; i < credit.length; i++) {
        credit[i] = random.nextInt(candidates.weight(i) + 1);
      }
    }

    @Override
    public synchronized int choose(Candidates candidates, long clientHash) {
      if (!started) {
        start(candidates);
      }
      long paid = 0;
      int best = NONE;
      for (int i = 0; i < credit.length; i++) {
        int weight = candidates.weight(i);
        if (weight == 0) {
          continue;
        }
        paid += weight;
        credit[i] += weight;
        if (best == NONE || credit[i] > credit[best]) {
          best = i;
        }
      }
      if (best != NONE) {
        credit[best] -= paid;
      }
      return best;
    }
  }

  /** The fewest connections for its weight, counting the one to come; in turn among equals. */
  private static final class LeastConnections extends Chooser {
    private int first;

    LeastConnections(long seed) {
      first = (int) seed & Integer.MAX_VALUE;
    }

    @Override
    public synchronized int choose(Candidates candidates, long clientHash) {
      int count = candidates.count();
      if (count == 0) {
        return NONE;
      }
      int best = NONE;
      int start = first % count;
      for (int k = 0; k < count; k++) {
        int i = start + k < count ? start + k : start + k - count;
        if (candidates.weight(i) > 0 && (best == NONE || isLessLoaded(candidates, i, best))) {
          best = i;
        }
      }
      first = best + 1;
      return best;
    }
  }

  /** By chance, in proportion to the weights. */
  private static final class Chance extends Chooser {
    private final SplittableRandom random;

    Chance(long seed) {
      random = new SplittableRandom(seed);
    }

    @Override
    public synchronized int choose(Candidates candidates, long clientHash) {
      return byChance(candidates, random, NONE);
    }
  }

  /** Two different ones by chance, and of these the one with fewer connections for its weight. */
  private static final class TwoByChance extends Chooser {
    private final SplittableRandom random;

    TwoByChance(long seed) {
      random = new SplittableRandom(seed);
    }

    @Override
    public synchronized int choose(Candidates candidates, long clientHash) {
      int one = byChance(candidates, random, NONE);
      int other = one == NONE ? NONE : byChance(candidates, random, one);
      return other != NONE && isLessLoaded(candidates, other, one) ? other : one;
    }
  }

  /** By the client. One whose endpoint is not to be had is hashed again. */
  private static final class Hashing extends Chooser {
    private static final int MOST_HASHES = 32;

    private final MaglevTable table;

    Hashing(MaglevTable table) {
      this.table = table;
    }

    @Override
    public int choose(Candidates candidates, long clientHash) {
      long hash = clientHash;
      for (int i = 0; i < MOST_HASHES; i++) {
        int endpoint = table.endpoint(hash);
        if (endpoint == MaglevTable.NONE) {
          return NONE;
        }
        if (candidates.weight(endpoint) > 0) {
          return endpoint;
        }
        hash = AddressHash.mix(hash + 1);
      }
      // Almost none is left, and walking finds it.
      int count = candidates.count();
      int start = (int) Long.remainderUnsigned(hash, count);
      for (int k = 0; k < count; k++) {
        int i = (start + k) % count;
        if (candidates.weight(i) > 0) {
          return i;
        }
      }
      return NONE;
    }
  }

  private static boolean isLessLoaded(Candidates candidates, int first, int second) {
    return (candidates.connections(first) + 1L) * candidates.weight(second)
        < (candidates.connections(second) + 1L) * candidates.weight(first);
  }

  private static int byChance(Candidates candidates, SplittableRandom random, int except) {
    long sum = 0;
    for (int i = 0; i < candidates.count(); i++) {
      sum += i == except ? 0 : candidates.weight(i);
    }
    if (sum == 0) {
      return NONE;
    }
    long drawn = random.nextLong(sum);
    int last = NONE;
    for (int i = 0; i < candidates.count(); i++) {
      int weight = i == except ? 0 : candidates.weight(i);
      if (weight > 0) {
        last = i;
        drawn -= weight;
        if (drawn < 0) {
          return i;
        }
      }
    }
    // Another thread's connection took a candidate away between the two walks.
    return last;
  }
}
