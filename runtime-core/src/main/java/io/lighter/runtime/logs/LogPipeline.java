package io.lighter.runtime.logs;

import io.lighter.linux.Linux;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes what containers write and gives it to their sinks: one epoll, rings of containers whose
 * turn it is, and one thread for each ring.
 *
 * <p>A container that is idle has no buffer and no thread. Thread-safe.
 */
public final class LogPipeline implements AutoCloseable {
  /** What the logs ask for; not for everybody. */
  private final class Asked implements Schedule {
    @Override
    public void announce(ContainerLog log) {
      intake.execute(() -> intake.announce(log));
    }

    @Override
    public void watch(Leftover leftover, ContainerLog log) {
      leftover.of(log);
      intake.watch(leftover);
    }

    @Override
    public void forget(ContainerLog log) {
      logs.remove(log);
      intake.execute(() -> intake.forget(log));
    }
  }

  /** How long closing waits for sinks that block. */
  private static final Duration LAST_WAIT = Duration.ofSeconds(5);

  private final Linux linux;
  private final LogPipelineConfig config;
  private final Lane[] lanes;
  private final Intake intake;
  private final Set<ContainerLog> logs = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Worker> spare = new ConcurrentLinkedQueue<>();
  private final Schedule asked = new Asked();
  private final List<CommitPoint> unfinished = new ArrayList<>();
  private final ExecutorService drainers =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("log-drain-", 0).daemon().factory());
  private volatile boolean closed;

  private LogPipeline(Linux linux, LogPipelineConfig config) {
    this.linux = linux;
    this.config = config;
    for (CommitPoint left : config.commitPoints().left()) {
      if (left.isOpen()) {
        unfinished.add(left);
      } else {
        spare.add(new Worker(linux, left));
      }
    }
    lanes = new Lane[config.lanes()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane(this, "log-lane-" + i);
    }
    intake = new Intake(linux, config, lanes);
  }

  /** Starts one with its default configuration, whose commit points nobody keeps. */
  public static LogPipeline open(Linux linux) {
    return open(linux, LogPipelineConfig.of(linux.clocks()::realtime, CommitPoints.unkept(linux)));
  }

  /** Starts one. */
  public static LogPipeline open(Linux linux, LogPipelineConfig config) {
    LogPipeline pipeline = new LogPipeline(linux, config);
    for (Lane lane : pipeline.lanes) {
      lane.start();
    }
    pipeline.intake.start();
    return pipeline;
  }

  /**
   * Takes the log of a container from now on.
   *
   * @param id the container's; under the same id a later process takes up what this one had begun
   * @param sources what it takes from; they are closed by it
   * @param sink where it gives it to; it is closed by it
   */
  public ContainerLog add(String id, LogSources sources, LogSink sink) {
    return add(id, sources, sink, LogPolicy.BLOCK);
  }

  /**
   * Takes the log of a container from now on.
   *
   * @param policy what is done when the sink cannot keep up. With another one than {@link
   *     LogPolicy#BLOCK} what waits in memory is lost when this process is killed
   * @param taps who sees all of it meanwhile; more can be {@link ContainerLog#attach attached}
   */
  public ContainerLog add(
      String id, LogSources sources, LogSink sink, LogPolicy policy, LogTap... taps) {
    return add(id, sources, sink, policy, new LogCounters(), taps);
  }

  /**
   * Takes the log of a container from now on.
   *
   * @param counters where it is counted what happens, such as those of a {@link LogCountersFile}
   */
  public ContainerLog add(
      String id,
      LogSources sources,
      LogSink sink,
      LogPolicy policy,
      LogCounters counters,
      LogTap... taps) {
    sink.countIn(counters);
    LogSink first = sink;
    if (policy.kind() != LogPolicy.Kind.BLOCK) {
      first = new QueueingSink(linux, sink, policy, counters, config.pause(), LAST_WAIT, drainers);
    }
    ContainerLog log =
        new ContainerLog(asked, id, sources, first, new LogClock(config.clock()), counters);
    for (LogTap tap : taps) {
      log.attachFirst(tap);
    }
    recover(log);
    for (StreamSource source : log.sources()) {
      source.setBegun(sink.begun(source.stream()));
    }
    logs.add(log);
    intake.execute(() -> intake.add(log));
    return log;
  }

  /** Returns the logs that are in it now, in no order. */
  public List<ContainerLog> logs() {
    return List.copyOf(logs);
  }

  private void recover(ContainerLog log) {
    synchronized (unfinished) {
      for (CommitPoint point : List.copyOf(unfinished)) {
        if (point.id().equals(log.id())) {
          recover(log, point);
          unfinished.remove(point);
          spare.add(new Worker(linux, point));
        }
      }
    }
  }

  private static void recover(ContainerLog log, CommitPoint point) {
    for (StreamSource source : log.sources()) {
      if (source.stream() == point.stream() && log.sink() instanceof RewindableSink sink) {
        point.recover(sink, source.pipe());
        return;
      }
    }
    point.abandon();
  }

  void announceLater(ContainerLog log) {
    intake.execute(() -> intake.announceLater(log));
  }

  Worker takeWorker() {
    Worker worker = spare.poll();
    return worker == null ? new Worker(linux, config.commitPoints().open()) : worker;
  }

  void giveBack(Worker worker) {
    spare.add(worker);
    if (closed) {
      closeSpare();
    }
  }

  /**
   * Stops taking; what is in the pipes of the containers stays there. A sink that blocks is waited
   * for only some seconds, and its thread is left behind.
   */
  @Override
  public void close() {
    List<ContainerLog> open = List.copyOf(logs);
    open.forEach(ContainerLog::close);
    try {
      CompletableFuture.allOf(
              open.stream().map(ContainerLog::ended).toArray(CompletableFuture<?>[]::new))
          .get(LAST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // What blocks is left behind: it must not keep the whole process from ending.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      for (Lane lane : lanes) {
        lane.stop(LAST_WAIT.toMillis());
      }
      intake.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    drainers.shutdown();
    closed = true;
    closeSpare();
    synchronized (unfinished) {
      unfinished.forEach(CommitPoint::close);
    }
  }

  private void closeSpare() {
    Worker worker;
    while ((worker = spare.poll()) != null) {
      worker.close();
    }
  }
}
