package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
  private static final long TICK = 1L << 24;

  private long now = Long.MAX_VALUE - 1_000 * TICK;
  private final TimerWheel wheel = new TimerWheel(now);
  private final List<Timer> expired = new ArrayList<>();

  private Timer timer() {
    return new Timer() {
      @Override
      protected void expired() {
        expired.add(this);
      }
    };
  }

  private void advance(long nanos) {
    now += nanos;
    wheel.advance(now);
  }

  /** Against what a list of deadlines says; the clock goes round meanwhile. */
  @Test
  void shouldExpireEachOnceAndInTime() {
    SplittableRandom random = new SplittableRandom(9);
    List<Timer> timers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      timers.add(timer());
    }
    for (int round = 0; round < 20_000; round++) {
      Timer timer = timers.get(random.nextInt(timers.size()));
      switch (random.nextInt(8)) {
        case 0 -> wheel.cancel(timer);
        case 1, 2, 3, 4 -> wheel.schedule(timer, now + random.nextLong(20 * TICK));
        case 5 -> wheel.schedule(timer, now + random.nextLong(6_000 * TICK));
        default -> {}
      }
      List<Timer> due = new ArrayList<>();
      List<Timer> late = new ArrayList<>();
      long then = now + random.nextLong(random.nextInt(200) == 0 ? 5_000 * TICK : 3 * TICK);
      for (Timer each : timers) {
        if (each.isScheduled() && each.deadline - then <= 0) {
          due.add(each);
        }
        if (each.isScheduled() && each.deadline + TICK - then <= 0) {
          late.add(each);
        }
      }
      expired.clear();
      advance(then - now);
      assertThat(due).containsAll(expired);
      assertThat(expired).doesNotHaveDuplicates().containsAll(late);
    }
  }

  @Test
  void shouldSayHowLongToWait() {
    assertThat(wheel.untilNext(now)).isEqualTo(-1);
    Timer near = timer();
    Timer far = timer();
    wheel.schedule(far, now + 100 * TICK);
    wheel.schedule(near, now + 10 * TICK);
    assertThat(wheel.untilNext(now)).isBetween(10 * TICK, 11 * TICK);
    wheel.cancel(near);
    assertThat(wheel.untilNext(now)).isBetween(100 * TICK, 101 * TICK);
    advance(wheel.untilNext(now));
    assertThat(expired).containsExactly(far);
    assertThat(far.isScheduled()).isFalse();
  }

  @Test
  void shouldLetATimerScheduleItselfAndCancelItsNeighbour() {
    Timer neighbour = timer();
    Timer again =
        new Timer() {
          @Override
          protected void expired() {
            expired.add(this);
            wheel.cancel(neighbour);
            wheel.schedule(this, now + TICK);
          }
        };
    wheel.schedule(again, now + TICK);
    wheel.schedule(neighbour, now + TICK);
    advance(3 * TICK);
    assertThat(expired).containsExactly(again);
    advance(3 * TICK);
    assertThat(expired).containsExactly(again, again);
    assertThat(neighbour.isScheduled()).isFalse();
  }
}
