package io.lighter.proxy.ebpf;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * Which places of an array are in use. One that is given back is not used again for a while: a
 * program may still be on its way to it. Not thread-safe.
 */
final class Places {
  /**
   * How long. A program runs for microseconds; it would have to be interrupted for all this time
   * between two of its instructions.
   */
  static final Duration GRACE = Duration.ofSeconds(1);

  private record Pending(SlotRange range, long since) {}

  private final String what;
  private final int size;
  private final BitSet used = new BitSet();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private int next;

  /**
   * Begins with all places free.
   *
   * @param what they are for, in the words of {@link Capacity}
   */
  Places(String what, int size) {
    this.what = what;
    this.size = size;
  }

  /** Marks places that are in use already. */
  void occupy(int first, int count) {
    used.set(first, first + count);
  }

  int take() {
    return take(1).first();
  }

  /**
   * Takes places one behind the other. Waits for some that were given back if there are no others.
   *
   * @throws CapacityException when there are none
   */
  SlotRange take(int count) {
    reclaim();
    int first = find(count);
    while (first < 0) {
      Pending oldest = pending.peek();
      if (oldest == null) {
        throw new CapacityException(what, size);
      }
      LockSupport.parkNanos(GRACE.toNanos() - (System.nanoTime() - oldest.since));
      reclaim();
      first = find(count);
    }
    used.set(first, first + count);
    next = first + count;
    return new SlotRange(first, count);
  }

  /** Gives places back, which are free when {@link #GRACE} has passed. */
  void release(SlotRange range) {
    if (range.count() > 0) {
      pending.add(new Pending(range, System.nanoTime()));
    }
  }

  void release(int place) {
    release(new SlotRange(place, 1));
  }

  private void reclaim() {
    long now = System.nanoTime();
    while (!pending.isEmpty() && now - pending.peek().since >= GRACE.toNanos()) {
      SlotRange range = pending.remove().range;
      used.clear(range.first(), range.first() + range.count());
    }
  }

  /** Looks from where the last search ended, then from the beginning; -1 when there is no room. */
  private int find(int count) {
    int found = find(count, next, size);
    return found >= 0 ? found : find(count, 0, Math.min(size, next + count));
  }

  private int find(int count, int from, int to) {
    int first = used.nextClearBit(from);
    while (first + count <= to) {
      int end = used.nextSetBit(first);
      if (end < 0 || end - first >= count) {
        return first;
      }
      first = used.nextClearBit(end);
    }
    return -1;
  }

  /** Returns how many are in use, those counted that were given back a moment ago. */
  int inUse() {
    return used.cardinality();
  }
}
