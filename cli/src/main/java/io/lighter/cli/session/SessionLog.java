package io.lighter.cli.session;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.LogRequest;
import io.lighter.cli.options.RunOptions;
import io.lighter.cli.running.ContainerEntry;
import io.lighter.cli.running.ContainerIdentity;
import io.lighter.cli.running.KeptLog;
import io.lighter.linux.Linux;
import io.lighter.runtime.PrivateFolder;
import io.lighter.runtime.logs.ContainerLog;
import io.lighter.runtime.logs.LogCounters;
import io.lighter.runtime.logs.LogCountersFile;
import io.lighter.runtime.logs.LogPipeline;
import io.lighter.runtime.logs.LogSources;
import io.lighter.runtime.logs.LogStatistics;
import io.lighter.runtime.logs.LogTap;
import io.lighter.runtime.logs.driver.ContainerInfo;
import io.lighter.runtime.logs.driver.LogDriverException;
import io.lighter.runtime.logs.driver.LogDrivers;
import io.lighter.runtime.logs.driver.LogFolder;
import io.lighter.runtime.logs.driver.LogOptionException;
import io.lighter.runtime.logs.driver.LogSpec;
import io.lighter.runtime.logs.store.SpillingSink;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The log of one run: where it is kept, and the pipeline that brings there what the container
 * writes. What the container writes is seen meanwhile by taps.
 */
final class SessionLog implements AutoCloseable {
  /** How long the end of a run waits for old files to be compressed. */
  private static final long LAST_WAIT_SECONDS = 60;

  private final ExecutorService background;
  private final ExecutorService drains;
  private final LogPipeline pipeline;
  private final String id;
  private final LogSpec.Opened opened;
  private final KeptLog kept;
  private final @Nullable LogCountersFile counters;
  private final PrintStream err;
  private @Nullable ContainerLog log;

  private SessionLog(
      Linux linux,
      ExecutorService background,
      ExecutorService drains,
      String id,
      LogSpec.Opened opened,
      KeptLog kept,
      @Nullable LogCountersFile counters,
      PrintStream err) {
    this.background = background;
    this.drains = drains;
    this.pipeline = LogPipeline.open(linux);
    this.id = id;
    this.opened = opened;
    this.kept = kept;
    this.counters = counters;
    this.err = err;
  }

  /**
   * Opens the log that a run was asked to keep.
   *
   * @param identity of the container
   * @param state where the logs of containers with a name lie, in {@code logs/NAME}
   * @param entry of the container, by which others see what becomes of the log
   * @param err where a loss is told of in the end
   * @throws UsageException when an option is wrong
   * @throws LogDriverException when the log's place cannot be reached
   */
  static SessionLog open(
      Linux linux,
      RunOptions options,
      LogRequest request,
      ContainerIdentity identity,
      Path state,
      ContainerEntry entry,
      PrintStream err) {
    ExecutorService background = Executors.newSingleThreadExecutor(daemons("log-files"));
    ExecutorService drains = Executors.newCachedThreadPool(daemons("log-spill"));
    try {
      LogDrivers drivers = LogDrivers.standard(background);
      LogSpec spec = new LogSpec(request.driver(), request.options());
      spec.validate(drivers);
      Path folder = folder(identity, request, state, drivers, spec);
      LogSpec.Opened opened =
          spec.open(drivers, container(options, request, identity, folder), drains);
      try {
        KeptLog kept = kept(request, drivers.keepsFiles(request.driver()) ? folder : null);
        return new SessionLog(
            linux,
            background,
            drains,
            identity.id(),
            opened,
            kept,
            counters(linux, identity, entry, err),
            err);
      } catch (RuntimeException e) {
        opened.sink().close();
        throw e;
      }
    } catch (LogOptionException e) {
      background.shutdown();
      throw new UsageException(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      background.shutdown();
      throw e;
    }
  }

  private static KeptLog kept(LogRequest request, @Nullable Path folder) {
    LogFolder files = folder == null ? null : LogFolder.read(folder);
    return new KeptLog(
        request.driver(), request.options(), files == null ? "" : files.path().toString());
  }

  /** Returns those that others find; a container without a name goes without where it must. */
  private static @Nullable LogCountersFile counters(
      Linux linux, ContainerIdentity identity, ContainerEntry entry, PrintStream err) {
    try {
      return counters(linux, entry.logCounters());
    } catch (UncheckedIOException e) {
      if (identity.given() != null) {
        throw e;
      }
      err.println(
          "lighter run: warning: inspect does not show what the log loses: " + e.getMessage());
      return null;
    }
  }

  private static LogCountersFile counters(Linux linux, Path file) {
    try {
      PrivateFolder.ensure(linux, Objects.requireNonNull(file.getParent()));
    } catch (IOException e) {
      throw new UncheckedIOException("the counters of the log cannot be kept: " + e, e);
    }
    return LogCountersFile.create(file);
  }

  private static ThreadFactory daemons(String name) {
    return Thread.ofPlatform().name(name).daemon().factory();
  }

  private static Path folder(
      ContainerIdentity identity,
      LogRequest request,
      Path state,
      LogDrivers drivers,
      LogSpec spec) {
    if (request.folder() != null) {
      return request.folder();
    }
    if (identity.given() == null && spec.keepsFiles(drivers)) {
      throw new UsageException(
          "the log driver "
              + request.driver()
              + (drivers.keepsFiles(request.driver()) ? "" : " with mode=spill")
              + " keeps files, and this container is removed at its end: say where they go by"
              + " --log-opt path=FOLDER, or name the container with --name and read them by"
              + " lighter logs NAME");
    }
    return folderOf(state, identity.fileName());
  }

  private static ContainerInfo container(
      RunOptions options, LogRequest request, ContainerIdentity identity, Path folder) {
    return new ContainerInfo(
        identity.id(),
        identity.name(),
        "",
        "",
        options.process().command(),
        Instant.now(),
        request.labels(),
        options.process().environment(),
        "lighter",
        folder);
  }

  /** Returns the folder of the log of a container with a name. */
  static Path folderOf(Path state, String name) {
    return state.resolve("logs").resolve(name);
  }

  /** Returns what it is, for others. */
  KeptLog kept() {
    return kept;
  }

  /** Takes what a container writes, from now on; once. */
  ContainerLog add(LogSources sources, LogTap... taps) {
    LogCounters counted = counters == null ? new LogCounters() : counters.counters();
    ContainerLog added = pipeline.add(id, sources, opened.sink(), opened.policy(), counted, taps);
    log = added;
    return added;
  }

  /** Lets go of the log, which is complete once {@link ContainerLog#ended} says so. */
  @Override
  public void close() {
    if (log == null) {
      opened.sink().close();
    }
    pipeline.close();
    background.shutdown();
    drains.shutdown();
    try {
      if (!background.awaitTermination(LAST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        err.println("lighter run: warning: old files of the log are not compressed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (log != null) {
      tellLoss(log.statistics());
    }
    removeCounters();
    if (opened.sink() instanceof SpillingSink spilling && spilling.waitingBytes() > 0) {
      err.printf(
          "lighter run: warning: %d bytes of the log wait on the disk; the next run with this"
              + " log gives them on%n",
          spilling.waitingBytes());
    }
  }

  private void removeCounters() {
    if (counters != null) {
      try {
        Files.deleteIfExists(counters.file());
      } catch (IOException e) {
        err.println("lighter run: warning: the counters of the log are left behind: " + e);
      }
    }
  }

  private void tellLoss(LogStatistics statistics) {
    if (!statistics.isComplete()) {
      err.printf(
          "lighter run: warning: the log has lost %d lines, %d bytes%n",
          statistics.droppedLines(), statistics.droppedBytes());
    }
  }
}
