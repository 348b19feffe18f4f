package io.lighter.bench.start;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks for starts in this JVM as the C program does: one after the other by the calling thread, or
 * many at the same instant, each by a waiting thread.
 */
final class Bursts implements AutoCloseable {

  private final ExecutorService threads;

  /** Carries out one start. */
  @FunctionalInterface
  interface Start {

    /**
     * Starts, waits and cleans up.
     *
     * @param index from 0
     * @param due {@link System#nanoTime} of the instant at which it should have begun
     */
    void run(int index, long due);
  }

  /**
   * Makes the threads.
   *
   * @param workers how many starts can be at once
   */
  Bursts(int workers) {
    threads =
        Executors.newFixedThreadPool(
            workers, Thread.ofPlatform().name("start-", 0).daemon().factory());
  }

  /**
   * Carries out all starts of a load.
   *
   * @throws StartFailedException when one threw
   */
  void run(String subject, Load load, Start start)
      throws InterruptedException, StartFailedException {
    if (load.atOnce() == 1) {
      for (int i = 0; i < load.total(); i++) {
        start.run(i, System.nanoTime());
      }
      return;
    }
    for (int first = 0; first < load.total(); first += load.atOnce()) {
      burst(subject, first, load.atOnce(), start);
    }
  }

  private void burst(String subject, int first, int count, Start start)
      throws InterruptedException, StartFailedException {
    List<Future<?>> running = new ArrayList<>(count);
    long due = System.nanoTime();
    for (int i = first; i < first + count; i++) {
      int index = i;
      running.add(threads.submit(() -> start.run(index, due)));
    }
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new StartFailedException(subject, String.valueOf(e.getCause()));
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
