package io.lighter.images.build;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.runtime.Container;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.PreparedContainer;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.Spec;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the commands of a build in containers, and ends them when the build is over. Thread-safe.
 */
final class Commands implements AutoCloseable {
  private final Linux linux;
  private final RuntimeSource source;
  private final Progress progress;
  private final Set<Container> running = ConcurrentHashMap.newKeySet();
  private final AtomicInteger folders = new AtomicInteger();
  private @Nullable ContainerRuntime runtime;
  private volatile boolean cancelled;

  Commands(Linux linux, RuntimeSource source, Progress progress) {
    this.linux = linux;
    this.source = source;
    this.progress = progress;
  }

  synchronized ContainerRuntime runtime() {
    ContainerRuntime open = runtime;
    if (open == null) {
      open = source.open();
      runtime = open;
    }
    return open;
  }

  /** Makes a folder that is removed with the runtime, also after a crash. */
  Path newFolder() {
    return runtime().newFolder("build-" + folders.incrementAndGet());
  }

  /**
   * Runs a command to its end.
   *
   * @return its exit code
   * @throws CancellationException when the build was cancelled
   */
  int run(Spec spec, RootFileSystem root, Step step) {
    try (PreparedContainer prepared = runtime().prepare(spec, root);
        Pipe output = linux.pipes().create(Fcntl.O_CLOEXEC);
        Pipe error = linux.pipes().create(Fcntl.O_CLOEXEC)) {
      checkCancelled();
      try (Container container = start(prepared, output, error)) {
        running.add(container);
        try {
          return await(container, output, error, step);
        } finally {
          running.remove(container);
        }
      }
    }
  }

  private Container start(PreparedContainer prepared, Pipe output, Pipe error) {
    try (Fd nothing = linux.files().openat(Fd.WORKING_FOLDER, "/dev/null", Fcntl.O_RDONLY, 0)) {
      Container container = prepared.start(new Stdio(nothing, output.write(), error.write()));
      // Ours are closed, so that reading ends when the container's are.
      output.write().close();
      error.write().close();
      return container;
    }
  }

  private int await(Container container, Pipe output, Pipe error, Step step) {
    Thread out =
        LineReader.start(linux.files(), output.read(), line -> progress.output(step, false, line));
    Thread err =
        LineReader.start(linux.files(), error.read(), line -> progress.output(step, true, line));
    if (cancelled) {
      container.kill();
    }
    int status = container.waitFor().shellStatus();
    // What the first process left running ends now, and with it what still writes.
    container.kill();
    join(out);
    join(err);
    checkCancelled();
    return status;
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends what runs, and lets nothing new begin. */
  void cancel() {
    cancelled = true;
    running.forEach(Container::kill);
  }

  /**
   * Ends the calling step when the build was cancelled.
   *
   * @throws CancellationException then
   */
  void checkCancelled() {
    if (cancelled) {
      throw new CancellationException("the build was cancelled");
    }
  }

  @Override
  public synchronized void close() {
    if (runtime != null) {
      runtime.close();
    }
  }
}
