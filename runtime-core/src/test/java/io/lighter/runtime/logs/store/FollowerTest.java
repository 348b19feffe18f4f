package io.lighter.runtime.logs.store;

import static io.lighter.runtime.logs.LogStream.STDERR;
import static io.lighter.runtime.logs.LogStream.STDOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogStream;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class FollowerTest {
  private static final StoreConfig RAW = StoreConfig.DEFAULT.withCompression(false);
  private static final int SCHEDULES = Integer.getInteger("lighter.random.logs", 300);

  private final FakeBatch batch = new FakeBatch();

  @TempDir(factory = InMemory.class)
  private Path folder;

  private SegmentStore open(StoreConfig config) {
    return open(folder, config);
  }

  private static SegmentStore open(Path folder, StoreConfig config) {
    return SegmentStore.open(Linux.kernel(), folder, config, Runnable::run);
  }

  /** One reader of a random schedule, with what it has read so far. */
  private static final class Follower {
    private final Path folder;
    private final LogQuery query;
    private final LogModel.Collector seen = new LogModel.Collector();
    private LogReader reader;

    Follower(SegmentStore store, Path folder, LogQuery query) {
      this.folder = folder;
      this.query = query;
      this.reader = store.read(query);
    }

    void step(Random random, SegmentStore store) {
      seen.take(reader, random.nextInt(6));
      if (random.nextInt(4) == 0) {
        resume(store, random.nextBoolean());
      }
    }

    void resume(SegmentStore store, boolean asOtherProcess) {
      LogPosition position = LogPosition.parse(reader.position().toString());
      reader.close();
      reader =
          asOtherProcess
              ? LogReader.resume(Linux.kernel(), folder, query, position)
              : store.resume(query, position);
    }

    List<LogModel.Line> finish() {
      seen.take(reader, Integer.MAX_VALUE);
      assertThat(reader.missed()).isZero();
      reader.close();
      return seen.lines();
    }
  }

  @Test
  void shouldMissNothingAndRepeatNothing() throws IOException {
    for (int seed = 0; seed < SCHEDULES; seed++) {
      var random = new Random(seed);
      Path log = Files.createDirectory(folder.resolve("log" + seed));
      StoreConfig config =
          RAW.withSegments(random.nextBoolean() ? 256 : 2000, 1 + random.nextInt(20))
              .withCompression(random.nextBoolean());
      var model = new LogModel();
      var writer = new RandomWriter(random, model, batch, random.nextBoolean() ? 60 : 40_000);
      SegmentStore store = open(log, config);
      List<Follower> followers = new ArrayList<>();
      List<Integer> from = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        writer.append(store);
        if (random.nextInt(10) == 0) {
          LogQuery query = LogQuery.ALL.tail(0).following();
          from.add(model.lines().size());
          followers.add(
              new Follower(
                  store, log, random.nextBoolean() ? query : query.of(EnumSet.of(STDERR))));
        }
        if (random.nextInt(20) == 0) {
          store.close();
          store = open(log, config);
          for (Follower follower : followers) {
            follower.resume(store, false);
          }
        }
        for (Follower follower : followers) {
          follower.step(random, store);
        }
      }
      for (int i = 0; i < followers.size(); i++) {
        LogQuery query = followers.get(i).query;
        List<LogModel.Line> expected =
            model.lines().subList(from.get(i), model.lines().size()).stream()
                .filter(line -> query.wants(line.stream()))
                .toList();
        String difference = LogModel.difference(followers.get(i).finish(), expected);
        assertThat(difference).as("schedule %d, follower %d", seed, i).isNull();
      }
      store.close();
      removeAll(log);
    }
  }

  private static void removeAll(Path log) throws IOException {
    try (var files = Files.list(log)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(log);
  }

  @Test
  void shouldWakeAThousandFollowers() throws InterruptedException, ExecutionException {
    int lines = 2000;
    long expected = 0;
    List<Future<Long>> followers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try (SegmentStore store = open(RAW.withSegments(4000, 50))) {
        store.append(batch.set(STDOUT, 1, "before\n"));
        for (int i = 0; i < 1000; i++) {
          LogReader reader = store.read(LogQuery.ALL.tail(0).following());
          followers.add(threads.submit(() -> sumOf(reader)));
        }
        for (int i = 0; i < lines; i++) {
          store.append(batch.set(LogStream.of(i % 2), 10 + i, i + "\n"));
          expected += i;
        }
      }
      for (Future<Long> follower : followers) {
        assertThat(follower.get()).isEqualTo(expected);
      }
    }
  }

  /** Reads numbered lines until the log is closed, each of which must be one more. */
  private static long sumOf(LogReader reader) throws InterruptedException {
    try (reader) {
      long sum = 0;
      long next = 0;
      do {
        while (reader.next()) {
          long number = 0;
          for (int i = 0; i < reader.length(); i++) {
            byte digit =
                reader.bytes().get(java.lang.foreign.ValueLayout.JAVA_BYTE, reader.offset() + i);
            number = number * 10 + digit - '0';
          }
          if (number != next++) {
            return -number;
          }
          sum += number;
        }
      } while (reader.await(TimeUnit.MINUTES.toNanos(1)));
      return sum;
    }
  }

  @Test
  void shouldFollowTheLogOfAnotherProcess() throws Exception {
    try (SegmentStore store = open(RAW);
        LogReader reader = LogReader.open(Linux.kernel(), folder, LogQuery.ALL.following())) {
      assertThat(reader.next()).isFalse();
      store.append(batch.set(STDOUT, 1, "first\n"));
      while (!reader.next()) {
        assertThat(reader.await(TimeUnit.MINUTES.toNanos(1))).isTrue();
      }
      assertThat(reader.length()).isEqualTo(5);
    }
  }

  @Test
  void shouldNotBelieveAnEntryBeforeItsBytesAreThere() {
    try (SegmentStore store = open(RAW);
        LogReader reader = store.read(LogQuery.ALL.following())) {
      var collector = new LogModel.Collector();
      batch.beforeMove(() -> assertThat(collector.take(reader, 9)).isZero());
      store.append(batch.set(STDOUT, 1, "not to be\nkept\n").moving(0));
      store.append(batch.set(STDOUT, 2, "one\ntwo\nthree\n").moving(5));
      collector.take(reader, 9);
      store.append(batch.set(STDOUT, 3, "wo\nthree\n").begun(1));
      collector.take(reader, 9);
      assertThat(collector.lines())
          .extracting(LogModel.Line::text)
          .containsExactly("one", "two", "three");
    }
  }

  @Test
  void shouldReadBesideAWriter() throws Exception {
    var model = new LogModel();
    try (var threads = Executors.newSingleThreadExecutor();
        SegmentStore store = open(RAW.withSegments(20_000, 300).withCompression(true));
        LogReader reader = LogReader.open(Linux.kernel(), folder, LogQuery.ALL.following())) {
      var writer = new RandomWriter(new Random(5), model, batch, 3000);
      Future<?> written =
          threads.submit(
              () -> {
                for (int i = 0; i < 5_000; i++) {
                  writer.append(store);
                }
              });
      var collector = new LogModel.Collector();
      while (!written.isDone()) {
        collector.take(reader, 1000);
      }
      written.get();
      collector.take(reader, Integer.MAX_VALUE);
      assertThat(LogModel.difference(collector.lines(), model.lines())).isNull();
      assertThat(reader.missed()).isZero();
    }
  }

  @Test
  void shouldBeOverWhenUntilIs() throws InterruptedException {
    try (SegmentStore store = open(RAW)) {
      store.append(batch.set(STDOUT, 1, "a\n"));
      store.append(batch.set(STDOUT, 5, "b\n"));
      try (LogReader reader = store.read(LogQuery.ALL.until(4).following())) {
        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isFalse();
        assertThat(reader.await(Long.MAX_VALUE)).isFalse();
      }
      try (LogReader reader = store.read(LogQuery.ALL.until(9).following())) {
        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isFalse();
        assertThat(reader.await(Long.MAX_VALUE)).isFalse();
      }
    }
  }

  @Test
  void shouldStopWaitingWhenTheTimeIsOver() throws InterruptedException {
    try (SegmentStore store = open(RAW);
        LogReader reader = store.read(LogQuery.ALL.following())) {
      assertThat(reader.next()).isFalse();
      assertThat(reader.await(1)).isTrue();
      assertThat(reader.next()).isFalse();
    }
  }

  @Test
  void shouldReadToTheEndOfASegmentThatIsRemovedAndCountWhatItMisses() {
    try (SegmentStore store =
        open(RAW.withSegments(8, 9).withRetention(1 << 20, 2, Duration.ZERO))) {
      for (int i = 0; i < 2; i++) {
        store.append(batch.set(STDOUT, i, i + "..\n"));
      }
      try (LogReader reader = store.read(LogQuery.ALL.following())) {
        assertThat(reader.next()).isTrue();
        for (int i = 2; i < 10; i++) {
          store.append(batch.set(STDOUT, i, i + "..\n"));
        }
        var collector = new LogModel.Collector();
        collector.take(reader, 1);
        assertThat(reader.missed()).isZero();
        collector.take(reader, 100);
        assertThat(collector.lines())
            .extracting(LogModel.Line::text)
            .containsExactly("1..", "6..", "7..", "8..", "9..");
        assertThat(reader.missed()).isEqualTo(4);
      }
    }
  }

  @Test
  void shouldCountWhatAPositionHasMissed() {
    LogPosition position;
    try (SegmentStore store =
        open(RAW.withSegments(4, 9).withRetention(1 << 20, 2, Duration.ZERO))) {
      store.append(batch.set(STDOUT, 10, "0..\n"));
      try (LogReader reader = store.read(LogQuery.ALL)) {
        reader.next();
        position = reader.position();
      }
      for (int i = 1; i < 10; i++) {
        store.append(batch.set(STDOUT, 10 + i, i + "..\n"));
      }
      try (LogReader reader = store.resume(LogQuery.ALL, position)) {
        var collector = new LogModel.Collector();
        collector.take(reader, 100);
        assertThat(collector.lines()).extracting(LogModel.Line::text).containsExactly("8..", "9..");
        assertThat(reader.missed()).isEqualTo(7);
      }
    }
  }

  @Test
  void shouldGoOnByTheTimeWhenTheLogHasLostItsEnd() throws IOException {
    LogPosition position;
    try (SegmentStore store = open(RAW.withSegments(4, 9))) {
      for (int i = 0; i < 6; i++) {
        store.append(batch.set(STDOUT, 10 + i, i + "..\n"));
      }
      try (LogReader reader = store.read(LogQuery.ALL)) {
        while (reader.next()) {
          assertThat(reader.ends()).isTrue();
        }
        position = reader.position();
      }
    }
    for (int segment = 4; segment <= 6; segment++) {
      Files.delete(folder.resolve("000000000" + segment + ".log"));
      Files.delete(folder.resolve("000000000" + segment + ".index"));
    }
    try (SegmentStore store = open(RAW)) {
      for (int i = 0; i < 9; i++) {
        store.append(batch.set(STDOUT, 100 + i, "new" + i + "\n"));
      }
      try (LogReader reader = store.resume(LogQuery.ALL, position)) {
        var collector = new LogModel.Collector();
        collector.take(reader, 100);
        assertThat(collector.lines()).hasSize(9);
      }
    }
  }
}
