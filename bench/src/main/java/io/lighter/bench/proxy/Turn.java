package io.lighter.bench.proxy;

import io.lighter.bench.machine.ProcessTree;
import io.lighter.bench.proxy.Stand.Measured;
import io.lighter.bench.proxy.traffic.Answer;
import io.lighter.bench.proxy.traffic.Order.Mode;
import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Changes;
import io.lighter.bench.report.ProxyData.Kill;
import io.lighter.bench.report.ProxyData.Part;
import java.io.IOException;
import java.util.Set;

/**
 * What one subject does in one round.
 *
 * @param stand fresh
 * @param parts what is measured
 * @param seconds each
 * @param rate of messages a second, where it is the same for all
 * @param idle how many connections are idle, where some are
 */
record Turn(Stand stand, Set<Part> parts, double seconds, double rate, int idle) {
  /** Parts of the capacity, in percent. */
  private static final int[] LEVELS = {10, 30, 50, 70, 80, 90};

  /** Measured again when others were in the way. */
  private static final int ATTEMPTS = 3;

  private static final int SLOW_READERS = 64;
  private static final long CALM_MILLIS = 500;
  private static final int CHANGES = 1000;
  private static final long CHANGE_NANOS = 4_000_000;
  private static final double LONGEST_CHANGES = 8;
  private static final double KILL_SECONDS = 2.5;
  private static final long BEFORE_KILL_MILLIS = 1_300;
  private static final double WARM_UP = 4;

  Turn {
    parts = Set.copyOf(parts);
  }

  /** Does it all once for the compilers and the caches. */
  void warmUp() throws IOException {
    stand.order(Mode.TURNS, Route.ECHO, 16, WARM_UP, 0);
    stand.order(Mode.CONNECTS, Route.ECHO, 16, WARM_UP, 0);
    stand.order(Mode.BULK, Route.SINK, 4, WARM_UP, 0);
  }

  /** What a closed loop with as many connections as at a fixed rate does in a second. */
  double capacity() throws IOException {
    return measure(Cell.TURNS_16).sample().count();
  }

  void run(Found found) throws IOException, InterruptedException {
    double capacity = 0;
    for (Cell cell : Cell.values()) {
      if (parts.contains(cell.part()) && cell.part() != Part.IDLE && cell.part() != Part.SLOW) {
        Measured measured = measure(cell);
        found.add(cell, measured.sample());
        capacity = cell == Cell.TURNS_16 ? measured.sample().count() : capacity;
      }
    }
    if (parts.contains(Part.SWEEP)) {
      sweep(found, capacity == 0 ? capacity() : capacity);
    }
    if (parts.contains(Part.SLOW)) {
      slow(found);
    }
    if (parts.contains(Part.IDLE)) {
      idle(found);
    }
    if (parts.contains(Part.CHANGES) && stand.balancer().chooses()) {
      found.add(changes());
    }
    if (parts.contains(Part.KILL) && stand.balancer().chooses()) {
      found.add(kill());
    }
  }

  private Measured measure(Cell cell) throws IOException {
    Mode mode =
        switch (cell.part()) {
          case CONNECTS -> Mode.CONNECTS;
          case BULK -> Mode.BULK;
          default -> cell.isAtRate() ? Mode.RATE : Mode.TURNS;
        };
    return quiet(mode, cell.isBulk() ? Route.SINK : Route.ECHO, cell.connections(), rate);
  }

  /** The first that was quiet, or else the quietest. */
  private Measured quiet(Mode mode, String route, int connections, double messages)
      throws IOException {
    Measured best = stand.measure(mode, route, connections, seconds, messages);
    for (int i = 1; i < ATTEMPTS && !best.sample().wasQuiet(); i++) {
      Measured other = stand.measure(mode, route, connections, seconds, messages);
      best = other.sample().others() < best.sample().others() ? other : best;
    }
    return best;
  }

  private void sweep(Found found, double capacity) throws IOException {
    for (int percent : LEVELS) {
      double messages = capacity * percent / 100;
      int connections = Cell.LATENCY.connections();
      found.addLevel(
          percent, messages, quiet(Mode.RATE, Route.ECHO, connections, messages).answer());
    }
  }

  private void slow(Found found) throws IOException, InterruptedException {
    stand.order(Mode.SLOW, Route.SOURCE, SLOW_READERS, 0, 0);
    Thread.sleep(CALM_MILLIS); // their buffers fill
    found.add(Cell.SLOW, measure(Cell.SLOW).sample());
    release();
  }

  /** The first tenth pays for what grows once: from then on each costs what it costs. */
  private void idle(Found found) throws IOException, InterruptedException {
    int first = idle / 10;
    stand.order(Mode.HOLD, Route.IDLE, first, 0, 0);
    long before = anonymousMemory();
    stand.order(Mode.HOLD, Route.IDLE, idle - first, 0, 0);
    if (stand.balancer().process() != null) {
      found.addIdle((double) (anonymousMemory() - before) / (idle - first));
    }
    found.add(Cell.IDLE, measure(Cell.IDLE).sample());
    release();
  }

  private void release() throws IOException, InterruptedException {
    stand.order(Mode.RELEASE, Route.ECHO, 0, 0, 0);
    Thread.sleep(CALM_MILLIS);
  }

  private long anonymousMemory() throws IOException {
    Process process = stand.balancer().process();
    return process == null ? 0 : ProcessTree.anonymousBytes(process.toHandle());
  }

  private Changes changes() throws IOException, InterruptedException {
    stand.begin(Mode.CONNECTS, Route.PAIR, 16, LONGEST_CHANGES + 2, 0);
    Thread.sleep(CALM_MILLIS);
    long begin = System.nanoTime();
    int made = 0;
    while (made < CHANGES && System.nanoTime() - begin < LONGEST_CHANGES * 1e9) {
      stand.balancer().change(made % 2 == 1);
      made++;
      long early = begin + made * CHANGE_NANOS - System.nanoTime();
      if (early > 0) {
        Thread.sleep(early / 1_000_000, (int) (early % 1_000_000));
      }
    }
    double took = (System.nanoTime() - begin) / 1e9;
    stand.stop();
    Answer answer = stand.answer();
    if (made % 2 == 1) {
      stand.balancer().change(true);
    }
    return new Changes(made, took, answer.errors(), answer.times().getValueAtPercentile(99));
  }

  private Kill kill() throws IOException, InterruptedException {
    Thread.sleep(CALM_MILLIS); // whoever checks has seen both
    stand.begin(Mode.CONNECTS, Route.PAIR, 16, KILL_SECONDS, 0);
    Thread.sleep(BEFORE_KILL_MILLIS);
    long instant = System.nanoTime();
    stand.killSecond();
    Answer answer = stand.answer();
    return new Kill(answer.errors(), Recovery.millis(answer.progress(), instant - answer.begin()));
  }
}
