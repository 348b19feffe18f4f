package io.lighter.bench.logs;

import io.lighter.bench.machine.ProcessCpu;
import io.lighter.bench.report.LogsData;
import io.lighter.bench.report.Percentiles;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.runtime.logs.ContainerLog;
import io.lighter.runtime.logs.LogPipeline;
import io.lighter.runtime.logs.LogPipes;
import io.lighter.runtime.logs.LogSources;
import io.lighter.runtime.logs.store.LogQuery;
import io.lighter.runtime.logs.store.LogReader;
import io.lighter.runtime.logs.store.SegmentStore;
import io.lighter.runtime.logs.store.StoreConfig;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Reads from our store: the middle of a large log, and a log that many follow. In this JVM. */
final class LogReading {
  private static final long STORE_BYTES = 10_000_000_000L;
  private static final int BATCH = 64 * 1024;
  private static final int LINE = 99;
  private static final int QUERIES = 1_000;
  private static final int WARM_UP = 200;
  private static final long LONGEST_NANOS = 20_000_000_000L;
  private static final int FOLLOWERS = 1_000;
  private static final WriterLoad LOAD = WriterLoad.atRate("followed", 5_000, 100, 1_000);

  private static final StoreConfig STORE =
      StoreConfig.DEFAULT
          .withCompression(false)
          .withRetention(Long.MAX_VALUE, Integer.MAX_VALUE, Duration.ZERO);

  private final Linux linux = Linux.kernel();
  private final Path folder;
  private final Path program;
  private final PrintStream progress;

  /**
   * Prepares.
   *
   * @param folder has room for 10 GB
   * @param program the writer
   */
  LogReading(Path folder, Path program, PrintStream progress) {
    this.folder = folder;
    this.program = program;
    this.progress = progress;
  }

  LogsData.Reading run() throws IOException, InterruptedException {
    Path large = Files.createDirectory(folder.resolve("large"));
    Histogram since;
    Histogram tail;
    long bytes = 0;
    try (SegmentStore store = SegmentStore.open(linux, large, STORE, Runnable::run);
        Arena arena = Arena.ofConfined()) {
      MemoryBatch batch = new MemoryBatch(linux, arena, BATCH, new byte[LINE]);
      long first = batch.time();
      while (bytes < STORE_BYTES) {
        bytes += store.append(batch.next());
      }
      long last = batch.time();
      progress.println("a store of " + bytes + " bytes is written");
      ThreadLocalRandom random = ThreadLocalRandom.current();
      since = times(store, () -> LogQuery.ALL.since(random.nextLong(first, last)));
      tail = times(store, () -> LogQuery.ALL.tail(100));
    }
    try (var files = Files.newDirectoryStream(large)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    return new LogsData.Reading(bytes, Percentiles.of(since), Percentiles.of(tail), followers());
  }

  /** Makes a query; each time another one. */
  @FunctionalInterface
  private interface Queries {
    LogQuery next();
  }

  private static Histogram times(SegmentStore store, Queries queries) {
    Histogram times = Percentiles.histogram();
    for (int i = 0; i < WARM_UP + QUERIES; i++) {
      LogQuery query = queries.next();
      long begin = System.nanoTime();
      try (LogReader reader = store.read(query)) {
        if (!reader.next()) {
          throw new IllegalStateException("there is no line after " + query.since());
        }
        if (i >= WARM_UP) {
          times.recordValue(System.nanoTime() - begin);
        }
      }
    }
    return times;
  }

  private LogsData.Followers followers() throws IOException, InterruptedException {
    Path log = Files.createDirectory(folder.resolve("followed"));
    AtomicLong seen = new AtomicLong();
    AtomicLong wrong = new AtomicLong();
    try (LogPipeline pipeline = LogPipeline.open(linux)) {
      SegmentStore store = SegmentStore.open(linux, log, STORE, Runnable::run);
      List<LogReader> readers = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < FOLLOWERS; i++) {
        LogReader reader = store.read(LogQuery.ALL.following());
        readers.add(reader);
        threads.add(Thread.ofVirtual().start(() -> follow(reader, seen, wrong)));
      }
      Pipe out = LogPipes.create(linux);
      ContainerLog container = pipeline.add("followed", LogSources.pipe(linux, out.read()), store);
      long cpu = write(out, threads);
      out.write().close();
      container.ended().join();
      readers.forEach(LogReader::close);
      return new LogsData.Followers(
          FOLLOWERS, LOAD.lines(), LOAD.rate(), cpu, seen.get(), wrong.get());
    }
  }

  /** Lets the writer write; returns the processor time until all followers have it. */
  private long write(Pipe out, List<Thread> followers) throws IOException, InterruptedException {
    Process process;
    long cpu;
    try (LogWriter writer = new LogWriter(folder.resolve("followed-control"), LOAD)) {
      process =
          new ProcessBuilder(writer.command(program.toString(), writer.control()))
              .redirectOutput(new File(out.write().procPath()))
              .start();
      long before = ProcessCpu.micros();
      writer.go();
      writer.await();
      for (Thread follower : followers) {
        follower.join();
      }
      cpu = ProcessCpu.micros() - before;
    }
    process.waitFor();
    return cpu;
  }

  /** Reads until the last line has come. */
  private static void follow(LogReader reader, AtomicLong seen, AtomicLong wrong) {
    int next = 0;
    try {
      do {
        while (reader.next()) {
          if (MemoryBatch.number(reader.bytes(), reader.offset()) != next++) {
            wrong.incrementAndGet();
          }
        }
      } while (next < LOAD.lines() && reader.await(LONGEST_NANOS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    seen.addAndGet(next);
  }
}
