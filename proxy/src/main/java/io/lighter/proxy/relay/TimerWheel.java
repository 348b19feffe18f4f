package io.lighter.proxy.relay;

import org.jspecify.annotations.Nullable;

/**
 * Timers in slots of 17 ms, 4096 of which make a round. The timers are the links of the lists, so
 * scheduling and cancelling take constant time and no memory. A timer that is more than a round
 * away is looked at once a round. Not thread-safe.
 *
 * @see <a href="https://doi.org/10.1145/41457.37504">Varghese, Lauck: Hashed and hierarchical
 *     timing wheels, SOSP 1987, scheme 6</a>
 */
final class TimerWheel {
  private static final int TICK_BITS = 24;
  private static final int SLOTS = 4096;

  /** The list of timers that are being looked at. */
  private static final int DUE = SLOTS;

  private static final long NEVER = -1;

  private final @Nullable Timer[] heads = new @Nullable Timer[SLOTS + 1];
  private final long[] occupied = new long[SLOTS / Long.SIZE];
  private final long start;

  /** All ticks up to this one have been looked at. */
  private long tick;

  private int count;

  TimerWheel(long now) {
    start = now;
  }

  /** Has a timer expire at a time, and no longer at the time that it had. */
  void schedule(Timer timer, long deadline) {
    cancel(timer);
    timer.deadline = deadline;
    place(timer);
    count++;
  }

  private void place(Timer timer) {
    // Up: a timer is never early.
    long due = ((timer.deadline - start) >> TICK_BITS) + 1;
    link(timer, (int) (Math.max(due, tick + 1) & (SLOTS - 1)));
  }

  void cancel(Timer timer) {
    if (timer.slot != Timer.IDLE) {
      unlink(timer);
      count--;
    }
  }

  private void link(Timer timer, int slot) {
    Timer head = heads[slot];
    timer.next = head;
    timer.previous = null;
    timer.slot = slot;
    if (head != null) {
      head.previous = timer;
    }
    heads[slot] = timer;
    if (slot != DUE) {
      occupied[slot / Long.SIZE] |= 1L << slot;
    }
  }

  private void unlink(Timer timer) {
    int slot = timer.slot;
    if (timer.previous == null) {
      heads[slot] = timer.next;
      if (timer.next == null && slot != DUE) {
        occupied[slot / Long.SIZE] &= ~(1L << slot);
      }
    } else {
      timer.previous.next = timer.next;
    }
    if (timer.next != null) {
      timer.next.previous = timer.previous;
    }
    timer.next = null;
    timer.previous = null;
    timer.slot = Timer.IDLE;
  }

  /** Calls what has expired. */
  void advance(long now) {
    long last = (now - start) >> TICK_BITS;
    // After a long sleep one round sees all.
    long first = Math.max(tick + 1, last - SLOTS + 1);
    tick = Math.max(tick, last);
    if (count == 0) {
      return;
    }
    for (long at = first; at <= last; at++) {
      look((int) (at & (SLOTS - 1)), now);
    }
  }

  private void look(int slot, long now) {
    // Moved out first: what expires may schedule and cancel others, those of this slot too.
    for (Timer timer = heads[slot]; timer != null; timer = heads[slot]) {
      unlink(timer);
      link(timer, DUE);
    }
    for (Timer timer = heads[DUE]; timer != null; timer = heads[DUE]) {
      unlink(timer);
      if (timer.deadline - now > 0) {
        place(timer);
      } else {
        count--;
        timer.expired();
      }
    }
  }

  /** Returns how long it is until a slot with timers is due, in nanoseconds, or -1 for never. */
  long untilNext(long now) {
    if (count == 0) {
      return NEVER;
    }
    int from = (int) ((tick + 1) & (SLOTS - 1));
    int words = occupied.length;
    int word = from / Long.SIZE;
    long bits = occupied[word] & (-1L << from);
    for (int i = 0; i <= words; i++) {
      if (bits != 0) {
        int slot = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        long ticks = ((slot - from) & (SLOTS - 1)) + tick + 1;
        return Math.max(0, start + (ticks << TICK_BITS) - now);
      }
      word = word + 1 == words ? 0 : word + 1;
      bits = occupied[word];
    }
    throw new AssertionError(count + " timers and no slot with one");
  }
}
