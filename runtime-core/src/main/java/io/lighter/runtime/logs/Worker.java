package io.lighter.runtime.logs;

import io.lighter.linux.Linux;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Takes from the streams of containers and gives to their sinks. It is a thread's, with the memory
 * for one batch; it allocates nothing while all goes well.
 */
final class Worker implements AutoCloseable {
  /** How a turn ended. */
  enum Turn {
    /** There is nothing more, or somebody else works on it. */
    IDLE,
    /** There is more; others go first. */
    MORE,
    /** The sink or a tap takes nothing now; try again after a pause. */
    PAUSE
  }

  private static final Logger LOGGER = System.getLogger(Worker.class.getName());

  /** The most batches of one turn: some MiB, a few milliseconds. */
  private static final int BATCHES = 4;

  private final PeekedBatch batch;
  private final CommitPoint point;

  Worker(Linux linux, CommitPoint point) {
    this.batch = new PeekedBatch(linux);
    this.point = point;
  }

  /** Takes what a container has written, at most some MiB of it. */
  Turn work(ContainerLog log) {
    Turn turn;
    do {
      if (!log.begin()) {
        return Turn.IDLE; // who works on it sees what is ready before it is through
      }
      try {
        turn = log.isOver() ? Turn.IDLE : turn(log);
      } catch (RuntimeException e) {
        log.counters().failed();
        LOGGER.log(Level.WARNING, "the log of container " + log.id() + " stands still", e);
        turn = Turn.PAUSE;
      } finally {
        log.end();
      }
    } while (turn == Turn.IDLE && !log.isOver() && log.hasReady());
    return turn;
  }

  private Turn turn(ContainerLog log) {
    Turn worst = Turn.IDLE;
    boolean over = true;
    for (StreamSource source : log.sources()) {
      if (!log.isClosing() && source.takeReady() && !source.isDone()) {
        Turn turn = take(log, source);
        if (turn != Turn.IDLE) {
          source.announce(); // it is still to be taken, by whoever comes next
        }
        worst = turn.compareTo(worst) > 0 ? turn : worst;
      }
      over &= source.isDone();
    }
    if (over || log.isClosing()) {
      log.finishAll();
      return Turn.IDLE;
    }
    if (worst == Turn.IDLE) {
      flush(log);
    }
    return worst;
  }

  private Turn take(ContainerLog log, StreamSource source) {
    for (int i = 0; i < BATCHES; i++) {
      boolean more = source.relay();
      boolean ended = source.isEnded();
      if (!batch.look(source, source.time(log.clock()), log.taps())) {
        if (batch.isHeldUp()) {
          return Turn.PAUSE;
        }
        if (batch.seen() == 0 || (ended && batch.seen() < 0)) {
          source.finish();
        } else if (!source.isTerminal()) {
          log.watch(source.leftover(), Math.max(0, batch.seen()));
        }
        return Turn.IDLE;
      }
      int taken = give(log, source);
      if (taken == 0) {
        log.counters().failed();
        return Turn.PAUSE;
      }
      if (!more && !ended && batch.hasEmptied(taken)) {
        log.watch(source.leftover(), 0);
        return Turn.IDLE;
      }
    }
    return Turn.MORE;
  }

  /** Gives the batch to the sink and takes it out of the pipe; returns how many bytes that were. */
  private int give(ContainerLog log, StreamSource source) {
    int taken =
        log.sink() instanceof RewindableSink sink ? giveExactly(log, source, sink) : giveOnce(log);
    int lines = taken == 0 ? 0 : batch.linesIn(taken);
    if (taken < batch.length()) {
      source.setOffered(batch.time() + lines);
    } else {
      source.clearOffered();
    }
    if (taken > 0) {
      log.clock().use(batch.time(), lines);
      source.setBegun(batch.begunAfter(taken));
      log.counters().taken(taken);
      log.taps().removed(source.stream(), taken);
    }
    return taken;
  }

  private int giveOnce(ContainerLog log) {
    int taken;
    try {
      taken = log.sink().append(batch);
    } catch (RuntimeException e) {
      taken = drop(log, e);
    }
    batch.remove(taken);
    return taken;
  }

  private int giveExactly(ContainerLog log, StreamSource source, RewindableSink sink) {
    long position = sink.position();
    point.begin(log.encodedId(), source.stream(), position);
    int taken;
    try {
      taken = sink.append(batch);
    } catch (RuntimeException e) {
      sink.rewind(position);
      taken = drop(log, e);
    }
    if (taken == 0) {
      point.abandon();
    } else {
      point.commit(source.pipe(), taken);
    }
    return taken;
  }

  private int drop(ContainerLog log, RuntimeException why) {
    int lost = batch.length() - batch.moved();
    log.counters().failed();
    log.counters().dropped(batch.newlines(), lost);
    LOGGER.log(
        Level.WARNING,
        "the log of container %s cannot be kept: %d bytes of its %s are dropped"
            .formatted(log.id(), lost, batch.stream().label()),
        why);
    return batch.length();
  }

  private static void flush(ContainerLog log) {
    try {
      log.sink().flush();
    } catch (RuntimeException e) {
      log.counters().failed();
      LOGGER.log(Level.WARNING, "the log of container " + log.id() + " cannot be flushed", e);
    }
  }

  @Override
  public void close() {
    batch.close();
    point.close();
  }
}
