package io.lighter.runtime.logs;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.LiteBlockingWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.TimeoutException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A ring of containers that have written something, and the thread that works through it.
 *
 * <p>What is in the ring is whose turn it is, not what was written: that stays in the container's
 * pipe until its turn. So the ring is never in the way, and a container that writes more than
 * others waits in its own pipe.
 *
 * <p>A sink may block. Then {@link #replaceIfStuck} has another thread go on with the ring where
 * the first one is; that one finishes with its container alone, and ends.
 */
final class Lane {
  /** One place of the ring. */
  private static final class Place {
    @Nullable ContainerLog log;
  }

  private static final int PLACES = 1 << 14;

  /** In {@link #phase}: what the thread of a number does, 2 bits below the number. */
  private static final int WAITS = 0;

  private static final int WORKS = 1;

  private final LogPipeline pipeline;
  private final String name;
  private final RingBuffer<Place> ring =
      RingBuffer.createSingleProducer(Place::new, PLACES, new LiteBlockingWaitStrategy());
  private final SequenceBarrier barrier = ring.newBarrier();
  private final Sequence taken = new Sequence();

  /** Those that had more than fits into one turn. Of the thread whose number is the highest. */
  private final ArrayDeque<ContainerLog> again = new ArrayDeque<>();

  private final AtomicLong phase = new AtomicLong();
  private volatile long since;
  private volatile Thread thread;

  Lane(LogPipeline pipeline, String name) {
    this.pipeline = pipeline;
    this.name = name;
    ring.addGatingSequences(taken);
    this.thread = newThread(0);
  }

  void start() {
    thread.start();
  }

  /**
   * Puts a container into the ring. One thread calls it, the pipeline's own.
   *
   * @return false when the ring is full
   */
  boolean offer(ContainerLog log) {
    long sequence;
    try {
      sequence = ring.tryNext();
    } catch (InsufficientCapacityException e) {
      return false;
    }
    ring.get(sequence).log = log;
    ring.publish(sequence);
    return true;
  }

  /** Returns whether there is work that is not done yet. */
  boolean isBusy() {
    return isWorking(phase.get()) || taken.get() < ring.getCursor();
  }

  /** Goes on by another thread when the present one has been at one container for too long. */
  void replaceIfStuck(long nanos) {
    long now = phase.get();
    if (isWorking(now)
        && System.nanoTime() - since > nanos
        && phase.compareAndSet(now, phaseOf(number(now) + 1, WAITS))) {
      thread = newThread(number(now) + 1);
      thread.start();
    }
  }

  /** Has the thread end, and waits for it unless it is stuck. */
  void stop(long millis) throws InterruptedException {
    barrier.alert();
    thread.join(millis);
  }

  private Thread newThread(long number) {
    return Thread.ofPlatform()
        .name(name + (number == 0 ? "" : "-" + number))
        .daemon()
        .unstarted(() -> run(number));
  }

  private void run(long number) {
    Worker worker = pipeline.takeWorker();
    try {
      while (true) {
        ContainerLog log = next();
        if (log == null) {
          return;
        }
        since = System.nanoTime();
        phase.set(phaseOf(number, WORKS));
        Worker.Turn turn = worker.work(log);
        if (!phase.compareAndSet(phaseOf(number, WORKS), phaseOf(number, WAITS))) {
          finishAlone(worker, log, turn);
          return;
        }
        if (turn == Worker.Turn.MORE) {
          again.add(log);
        } else if (turn == Worker.Turn.PAUSE) {
          pipeline.announceLater(log);
        }
      }
    } finally {
      pipeline.giveBack(worker);
    }
  }

  /** Another thread has the ring now; this one brings what it was at to an end. */
  private void finishAlone(Worker worker, ContainerLog log, Worker.Turn first) {
    Worker.Turn turn = first;
    while (turn == Worker.Turn.MORE) {
      turn = worker.work(log);
    }
    if (turn == Worker.Turn.PAUSE) {
      pipeline.announceLater(log);
    }
  }

  /**
   * Returns whose turn it is, of the ring and of those that have more by turns; null at the end.
   */
  private @Nullable ContainerLog next() {
    long next = taken.get() + 1;
    try {
      if (again.isEmpty()) {
        barrier.waitFor(next);
      } else if (ring.getCursor() < next) {
        return again.poll();
      }
    } catch (AlertException | InterruptedException e) {
      return null;
    } catch (TimeoutException e) {
      throw new AssertionError("this wait has no bound", e);
    }
    Place place = ring.get(next);
    ContainerLog log = place.log;
    place.log = null; // or the ring would keep a container that is gone
    taken.set(next);
    return log;
  }

  private static long phaseOf(long number, int what) {
    return number << 2 | what;
  }

  private static long number(long phase) {
    return phase >>> 2;
  }

  private static boolean isWorking(long phase) {
    return (phase & 3) == WORKS;
  }
}
