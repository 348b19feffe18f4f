package io.lighter.runtime.logs.store;

import static io.lighter.runtime.logs.LogStream.STDERR;
import static io.lighter.runtime.logs.LogStream.STDOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogStream;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class LogReaderTest {
  private static final StoreConfig RAW = StoreConfig.DEFAULT.withCompression(false);

  private final FakeBatch batch = new FakeBatch();

  @TempDir(factory = InMemory.class)
  private Path folder;

  private SegmentStore open(StoreConfig config) {
    return SegmentStore.open(Linux.kernel(), folder, config, Runnable::run);
  }

  private static List<String> texts(LogReader reader) {
    return LogModel.read(reader).stream().map(LogModel.Line::text).toList();
  }

  @Test
  void shouldReadNothingFromAnEmptyFolder() {
    assertThat(texts(LogReader.open(Linux.kernel(), folder, LogQuery.ALL.tail(5).since(3))))
        .isEmpty();
  }

  @Test
  void shouldShowALineWhereItHasEnded() {
    try (SegmentStore store = open(RAW)) {
      store.append(batch.set(STDOUT, 1, "a long "));
      store.append(batch.set(STDERR, 2, "other\n"));
      assertThat(texts(store.read(LogQuery.ALL))).containsExactly("other", "a long ");
      assertThat(texts(store.read(LogQuery.ALL.following()))).containsExactly("other");
      store.append(batch.set(STDOUT, 3, "line\nnext\n").begun(7));

      assertThat(texts(store.read(LogQuery.ALL))).containsExactly("other", "a long line", "next");
      assertThat(texts(store.read(LogQuery.ALL.tail(2)))).containsExactly("a long line", "next");
      assertThat(texts(store.read(LogQuery.ALL.since(3)))).containsExactly("a long line", "next");
      assertThat(texts(store.read(LogQuery.ALL.until(2)))).containsExactly("other");
      assertThat(texts(store.read(LogQuery.ALL.of(EnumSet.of(STDERR))))).containsExactly("other");
    }
  }

  @Test
  void shouldShowTenMegabytesInPieces() {
    try (SegmentStore store = open(RAW.withSegments(1 << 21, 1000))) {
      String mebibyte = "0123456789abcdef".repeat(1 << 16);
      for (int i = 0; i < 10; i++) {
        store.append(batch.set(STDOUT, 10 + 2 * i, mebibyte).begun(i * (1L << 20)));
        store.append(batch.set(STDERR, 11 + 2 * i, "between\n"));
      }
      store.append(batch.set(STDOUT, 100, "!\n").begun(10 << 20));

      try (LogReader reader = store.read(LogQuery.ALL.tail(1))) {
        long bytes = 0;
        int pieces = 0;
        while (reader.next()) {
          assertThat(reader.stream()).isEqualTo(STDOUT);
          assertThat(reader.time()).isEqualTo(100);
          assertThat(reader.begins()).isEqualTo(pieces == 0);
          pieces++;
          bytes += reader.length();
        }
        assertThat(reader.ends()).isTrue();
        assertThat(reader.isComplete()).isTrue();
        assertThat(bytes).isEqualTo((10 << 20) + 1);
        assertThat(pieces).isEqualTo((10 << 20) / LogBatch.PIECE_BYTES + 1);
      }
    }
  }

  @Test
  void shouldHoldALineOfAPieceForWhole() {
    try (SegmentStore store = open(RAW)) {
      String piece = "p".repeat(LogBatch.PIECE_BYTES);
      store.append(batch.set(STDOUT, 1, piece + "\n" + piece + "q\n"));
      try (LogReader reader = store.read(LogQuery.ALL)) {
        assertThat(reader.next()).isTrue();
        assertThat(reader.isComplete()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.ends()).isFalse();
        assertThat(reader.next()).isTrue();
        assertThat(reader.length()).isEqualTo(1);
        assertThat(reader.isComplete()).isTrue();
        assertThat(reader.next()).isFalse();
      }
    }
  }

  @Test
  void shouldNotReadWhatComesAfterItWasOpened() {
    try (SegmentStore store = open(RAW.withSegments(8, 2))) {
      store.append(batch.set(STDOUT, 1, "a\nb\n"));
      try (LogReader reader = store.read(LogQuery.ALL)) {
        for (int i = 0; i < 9; i++) {
          store.append(batch.set(STDOUT, 10 + i, "new\n"));
        }
        assertThat(texts(reader)).containsExactly("a", "b");
      }
    }
  }

  @Test
  void shouldBeginALineWhereTheLogDoes() throws IOException {
    try (SegmentStore store = open(RAW.withSegments(4, 1))) {
      store.append(batch.set(STDOUT, 1, "gone"));
      store.append(batch.set(STDOUT, 2, "kept").begun(4));
      store.append(batch.set(STDOUT, 3, "!\n").begun(8));
      Files.delete(folder.resolve("0000000001.log"));
      Files.delete(folder.resolve("0000000001.index"));
      assertThat(texts(store.read(LogQuery.ALL))).containsExactly("kept!");
    }
  }

  @Test
  void shouldGoOnBehindAnEntryThatDoesNotHold() throws IOException {
    try (SegmentStore store = open(RAW.withSegments(12, 9))) {
      for (int i = 0; i < 9; i++) {
        store.append(batch.set(STDOUT, 10 + i, i + "..\n"));
      }
      Path index = folder.resolve("0000000002.index");
      byte[] bytes = Files.readAllBytes(index);
      bytes[64 + 32 + 9] ^= 1;
      Files.write(index, bytes);

      for (LogQuery query : List.of(LogQuery.ALL, LogQuery.ALL.since(11), LogQuery.ALL.tail(8))) {
        try (LogReader reader = store.read(query)) {
          var collector = new LogModel.Collector();
          collector.take(reader, 99);
          assertThat(reader.missed()).isEqualTo(1);
          assertThat(collector.lines()).extracting(LogModel.Line::text).doesNotContain("4..");
          assertThat(collector.lines().size()).isBetween(7, 8);
        }
      }
    }
  }

  @Test
  void shouldGoOnBehindASegmentThatIsNotThere() throws IOException {
    try (SegmentStore store = open(RAW.withSegments(12, 9))) {
      for (int i = 0; i < 9; i++) {
        store.append(batch.set(STDOUT, 10 + i, i + "..\n"));
      }
      Files.delete(folder.resolve("0000000002.log"));
      try (LogReader reader = store.read(LogQuery.ALL)) {
        var collector = new LogModel.Collector();
        collector.take(reader, 99);
        assertThat(collector.lines())
            .extracting(LogModel.Line::text)
            .containsExactly("0..", "1..", "2..", "6..", "7..", "8..");
        assertThat(reader.missed()).isEqualTo(3);
      }
    }
  }

  @Test
  void shouldMakeNoGarbageForALine() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (SegmentStore store = open(RAW)) {
      for (int i = 0; i < 20; i++) {
        store.append(batch.set(LogStream.of(i % 2), 10_000L * i, "a line of a log\n".repeat(1000)));
      }
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 10; round++) {
        try (LogReader reader = store.read(LogQuery.ALL)) {
          assertThat(reader.next()).isTrue();
          int lines = 1;
          long before = threads.getCurrentThreadAllocatedBytes();
          while (reader.next()) {
            lines++;
          }
          least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
          assertThat(lines).isEqualTo(20_000);
        }
      }
      // Some objects a window of 32 KiB, none a line.
      assertThat(least).isLessThan(20_000);
    }
  }

  @Test
  void shouldFindLinesOfTenGigabytesWithFewCalls() throws IOException {
    int segments = 160;
    BigLog.make(folder, segments);
    var calls = new CountedSystemCalls(Linux.kernel().calls());
    long lines = segments * 1024L * BigLog.LINES;
    long middle = (segments / 2) * 1024L * BigLog.STEP;
    for (LogQuery query :
        List.of(
            LogQuery.ALL.tail(10),
            LogQuery.ALL.tail(10).following(),
            LogQuery.ALL.since(middle),
            LogQuery.ALL.since(middle).tail(lines),
            LogQuery.ALL.until(middle + 5).tail(3))) {
      long before = calls.count();
      try (LogReader reader = LogReader.open(new Linux(calls), folder, query)) {
        assertThat(reader.next()).isTrue();
      }
      // The folder, some headers and entries: far fewer than there are segments.
      assertThat(calls.count() - before).as("%s", query).isLessThan(150);
    }
    assertThat(texts(LogReader.open(Linux.kernel(), folder, LogQuery.ALL.tail(10)))).hasSize(10);
    try (SegmentStore store = open(RAW.withRetention(1L << 40, 1000, java.time.Duration.ZERO))) {
      store.append(batch.set(STDOUT, 1L << 40, "more\n"));
      assertThat(texts(store.read(LogQuery.ALL.tail(1)))).containsExactly("more");
    }
  }

  @Test
  void shouldReadPositionsFromText() {
    var position = new LogPosition(12, 1764120000000000000L, 16384);
    assertThat(LogPosition.parse(position.toString())).isEqualTo(position);
    for (String text : List.of("", "1/2", "a/b/c", "1/2/3/4", "-1/2/3")) {
      assertThatThrownBy(() -> LogPosition.parse(text))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> LogQuery.ALL.tail(-1)).hasMessageContaining("-1");
  }
}
