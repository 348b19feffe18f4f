package io.lighter.runtime.logs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * Looks from time to time whether the pipes with a {@link Leftover} hold more by now: after a
 * millisecond, and as long as nothing happens ever more seldom, down to ten times a second. That is
 * one ioctl for each stream that rests within a line, and nothing for the others.
 *
 * <p>Any thread adds; all else is the intake's thread's.
 */
final class LeftoverWatch {
  private static final long SHORTEST = 1_000_000;
  private static final long LONGEST = 100_000_000;
  private static final int ADDED = 1 << 12;

  private final ManyToOneConcurrentArrayQueue<Leftover> added =
      new ManyToOneConcurrentArrayQueue<>(ADDED);
  private final AtomicBoolean noticed = new AtomicBoolean(true);
  private final List<Leftover> list = new ArrayList<>();

  /** Adds one; returns false when too many have been added since they were last looked at. */
  boolean add(Leftover leftover) {
    return added.offer(leftover);
  }

  /** Returns whether the intake has to be told that something was added. */
  boolean isFirst() {
    return noticed.compareAndSet(true, false);
  }

  void addNow(Leftover leftover) {
    leftover.lookedAt(System.nanoTime(), leftover.bytes(), SHORTEST, LONGEST);
    list.add(leftover);
  }

  /** Looks at those whose time has come, and tells which pipes hold more than was left in them. */
  void look(Consumer<Leftover> grown) {
    noticed.set(true);
    Leftover next;
    while ((next = added.poll()) != null) {
      addNow(next);
    }
    long now = System.nanoTime();
    for (int i = list.size() - 1; i >= 0; i--) {
      Leftover leftover = list.get(i);
      if (leftover.isDue(now)) {
        int left = leftover.bytes();
        if (left == 0 && unlist(i)) {
          continue;
        }
        if (leftover.source().held() > left) {
          grown.accept(leftover);
        }
        leftover.lookedAt(now, left, SHORTEST, LONGEST);
      }
    }
  }

  /** Takes one off the list; returns false when it has to stay, since something was left anew. */
  private boolean unlist(int index) {
    Leftover leftover = list.get(index);
    leftover.unlist();
    int left = leftover.bytes();
    if (left > 0 && leftover.set(left)) {
      return false; // left anew by one who found it on the list
    }
    Leftover last = list.removeLast();
    if (last != leftover) {
      list.set(index, last);
    }
    return true;
  }

  /** Returns how many nanoseconds may pass until the next look. */
  long untilDue(long now) {
    long wait = Long.MAX_VALUE;
    for (int i = 0; i < list.size(); i++) {
      wait = Math.min(wait, Math.max(0, list.get(i).due() - now));
    }
    return wait;
  }
}
