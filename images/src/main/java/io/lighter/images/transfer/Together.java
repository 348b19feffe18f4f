package io.lighter.images.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Several tasks at once; when one fails the others are interrupted, and its error is thrown. */
public final class Together {
  private Together() {}

  /**
   * Runs tasks, and returns when none runs any more.
   *
   * @param name of their threads
   * @param atOnce how many run at most at the same time, in the order of the list
   * @throws IOException the first error
   * @throws RuntimeException the same
   */
  public static void run(String name, int atOnce, List<? extends Callable<?>> tasks)
      throws IOException {
    if (tasks.isEmpty()) {
      return;
    }
    // Not virtual threads: most of the time they are in system calls, which would pin them.
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(atOnce, tasks.size()), Thread.ofPlatform().name(name + "-", 0).factory())) {
      CompletionService<Object> ends = new ExecutorCompletionService<>(threads);
      List<Exception> failures = new ArrayList<>();
      tasks.forEach(task -> ends.submit(task::call));
      for (int ended = 0; ended < tasks.size() && failures.isEmpty(); ended++) {
        try {
          ends.take().get();
        } catch (ExecutionException e) {
          failures.add(e.getCause() instanceof Exception cause ? cause : e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          failures.add(new InterruptedIOException("it was interrupted"));
        }
      }
      if (!failures.isEmpty()) {
        threads.shutdownNow();
        rethrow(failures.getFirst());
      }
    }
  }

  private static void rethrow(Exception failure) throws IOException {
    switch (failure) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new IOException(String.valueOf(failure.getMessage()), failure);
    }
  }
}
