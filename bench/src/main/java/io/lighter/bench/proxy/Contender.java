package io.lighter.bench.proxy;

import io.lighter.bench.machine.ProcessTree;
import io.lighter.bench.proxy.Passage.Measured;
import io.lighter.bench.proxy.traffic.Answer;
import io.lighter.bench.proxy.traffic.Order.Mode;
import io.lighter.bench.report.ProxyData.Cell;
import io.lighter.bench.report.ProxyData.Changes;
import io.lighter.bench.report.ProxyData.Kill;
import java.io.IOException;

/** A subject, which does one thing after the other, each in turn with the others. */
final class Contender implements AutoCloseable {
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

  /** Of messages a second, which every subject can do. */
  private static final double WARM_UP_RATE = 30_000;

  private final Passage passage;
  private final Found found;
  private final double seconds;
  private double capacity;

  /**
   * Begins with the way through a subject's balancer.
   *
   * @param found what was found of the subject before, and gets what is found now
   * @param seconds of each measurement
   */
  Contender(Passage passage, Found found, double seconds) {
    this.passage = passage;
    this.found = found;
    this.seconds = seconds;
  }

  String name() {
    return found.name();
  }

  /** Returns whether it is the balancer that chooses among servers. */
  boolean chooses() {
    return passage.balancer().chooses();
  }

  /** Does it all once for the compilers and the caches. */
  void warmUp() throws IOException {
    passage.order(Mode.TURNS, Route.ECHO, 16, WARM_UP, 0);
    passage.order(Mode.CONNECTS, Route.ECHO, 16, WARM_UP, 0);
    passage.order(Mode.BULK, Route.SINK, 4, WARM_UP, 0);
    passage.order(Mode.RATE, Route.ECHO, Cell.LATENCY.connections(), WARM_UP, WARM_UP_RATE);
  }

  /** What a closed loop with as many connections as at a fixed rate does in a second. */
  double capacity() throws IOException {
    capacity = measured(Cell.TURNS_16, 0).sample().count();
    return capacity;
  }

  /**
   * Measures a cell.
   *
   * @param rate of messages a second, where it is the same for all
   */
  void measure(Cell cell, double rate) throws IOException {
    Measured measured = measured(cell, rate);
    found.add(cell, measured.sample());
    capacity = cell == Cell.TURNS_16 ? measured.sample().count() : capacity;
  }

  private Measured measured(Cell cell, double rate) throws IOException {
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
    Measured best = passage.measure(mode, route, connections, seconds, messages);
    for (int i = 1; i < ATTEMPTS && !best.sample().wasQuiet(); i++) {
      Measured other = passage.measure(mode, route, connections, seconds, messages);
      best = other.sample().others() < best.sample().others() ? other : best;
    }
    return best;
  }

  /**
   * Measures latency at a part of what it did last in a closed loop.
   *
   * @param percent of that
   */
  void sweep(int percent) throws IOException {
    double messages = (capacity == 0 ? capacity() : capacity) * percent / 100;
    int connections = Cell.LATENCY.connections();
    found.addLevel(percent, messages, quiet(Mode.RATE, Route.ECHO, connections, messages).answer());
  }

  /** Measures beside readers that are slow. */
  void slow(double rate) throws IOException, InterruptedException {
    passage.order(Mode.SLOW, Route.SOURCE, SLOW_READERS, 0, 0);
    Thread.sleep(CALM_MILLIS); // their buffers fill
    measure(Cell.SLOW, rate);
    release();
  }

  /**
   * Measures beside connections that are idle, and what these cost. The first tenth pays for what
   * grows once: from then on each costs what it costs.
   *
   * @param idle how many
   */
  void idle(int idle) throws IOException, InterruptedException {
    int first = idle / 10;
    passage.order(Mode.HOLD, Route.IDLE, first, 0, 0);
    long before = anonymousMemory();
    passage.order(Mode.HOLD, Route.IDLE, idle - first, 0, 0);
    // What a balancer has taken once it uses again: only the first time is growth.
    if (passage.balancer().process() != null && found.needsIdle()) {
      found.addIdle((double) (anonymousMemory() - before) / (idle - first));
    }
    measure(Cell.IDLE, 0);
    release();
  }

  private void release() throws IOException, InterruptedException {
    passage.order(Mode.RELEASE, Route.ECHO, 0, 0, 0);
    Thread.sleep(CALM_MILLIS);
  }

  private long anonymousMemory() throws IOException {
    Process process = passage.balancer().process();
    return process == null ? 0 : ProcessTree.anonymousBytes(process.toHandle());
  }

  /** Changes the configuration under load. */
  void changes() throws IOException, InterruptedException {
    passage.begin(Mode.CONNECTS, Route.PAIR, 16, LONGEST_CHANGES + 2, 0);
    Thread.sleep(CALM_MILLIS);
    long begin = System.nanoTime();
    int made = 0;
    while (made < CHANGES && System.nanoTime() - begin < LONGEST_CHANGES * 1e9) {
      passage.balancer().change(made % 2 == 1);
      made++;
      long early = begin + made * CHANGE_NANOS - System.nanoTime();
      if (early > 0) {
        Thread.sleep(early / 1_000_000, (int) (early % 1_000_000));
      }
    }
    double took = (System.nanoTime() - begin) / 1e9;
    passage.stand().stop();
    Answer answer = passage.stand().answer();
    if (made % 2 == 1) {
      passage.balancer().change(true);
    }
    found.add(new Changes(made, took, answer.errors(), answer.times().getValueAtPercentile(99)));
  }

  /** Has a server killed under load, and another started in its place afterwards. */
  void kill() throws IOException, InterruptedException {
    Thread.sleep(CALM_MILLIS); // whoever checks has seen both
    passage.begin(Mode.CONNECTS, Route.PAIR, 16, KILL_SECONDS, 0);
    Thread.sleep(BEFORE_KILL_MILLIS);
    long instant = System.nanoTime();
    passage.stand().killSecond();
    Answer answer = passage.stand().answer();
    found.add(
        new Kill(answer.errors(), Recovery.millis(answer.progress(), instant - answer.begin())));
    passage.stand().startSecond();
  }

  @Override
  public void close() throws IOException {
    passage.close();
  }
}
