package io.lighter.runtime.logs.store;

import static io.lighter.runtime.logs.LogStream.STDERR;
import static io.lighter.runtime.logs.LogStream.STDOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class RecoveryTest {
  private static final StoreConfig RAW = StoreConfig.DEFAULT.withCompression(false);
  private static final StoreConfig TINY = RAW.withSegments(8, 100);

  private final FakeBatch batch = new FakeBatch();
  @TempDir private Path folder;

  private SegmentStore open(StoreConfig config) {
    return SegmentStore.open(Linux.kernel(), folder, config, Runnable::run);
  }

  /** Writes lines, one a batch. */
  private void write(StoreConfig config, String... lines) {
    try (SegmentStore store = open(config)) {
      for (int i = 0; i < lines.length; i++) {
        store.append(batch.set(i % 2 == 0 ? STDOUT : STDERR, 1000 + i, lines[i]));
      }
    }
  }

  private Path index(int segment) {
    return folder.resolve("000000000" + segment + ".index");
  }

  private Path content(int segment) {
    return folder.resolve("000000000" + segment + ".log");
  }

  private static void cut(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 4;
    Files.write(file, bytes);
  }

  /** Opens and appends, and returns what is there then, every check checked. */
  private StoreDump reopened() {
    try (SegmentStore store = open(RAW)) {
      store.append(batch.set(STDOUT, 5000, "new\n"));
    }
    return StoreDump.of(folder);
  }

  @Test
  void shouldCutAnEntryThatWasWrittenInPart() throws IOException {
    write(RAW, "one\n", "two\n");
    byte[] whole = Files.readAllBytes(index(1));
    byte[] content = Files.readAllBytes(content(1));
    for (int bytes = 64 + 32; bytes < whole.length; bytes++) {
      // Killed while it wrote the entry: nothing of the batch has left the pipe.
      Files.write(index(1), Arrays.copyOf(whole, bytes));
      Files.write(content(1), Arrays.copyOf(content, 4));

      assertThat(reopened().texts()).as("%d bytes", bytes).containsExactly("one\n", "new\n");
    }
  }

  @Test
  void shouldKeepTheBytesOfAnEntryThatWasLost() throws IOException {
    write(RAW, "one\n", "two\n");
    byte[] whole = Files.readAllBytes(index(1));
    byte[] content = Files.readAllBytes(content(1));
    for (int bytes = 64 + 32; bytes < whole.length; bytes++) {
      Files.write(index(1), Arrays.copyOf(whole, bytes));
      Files.write(content(1), content);

      StoreDump dump = reopened();
      assertThat(dump.texts()).containsExactly("one\n", "two\n", "new\n");
      assertThat(dump.flags()).containsExactly(0, IndexEntry.FOUND, 0);
      assertThat(dump.entries().get(1).time()).isEqualTo(1001);
    }
  }

  @Test
  void shouldCutAnEntryThatNoBytesHaveFollowed() throws IOException {
    write(RAW, "one\n", "two\n");
    cut(content(1), 4);

    StoreDump dump = reopened();

    assertThat(dump.texts()).containsExactly("one\n", "new\n");
    assertThat(dump.flags()).containsExactly(0, 0);
  }

  @Test
  void shouldCorrectAnEntryWhoseBytesHaveArrivedInPart() throws IOException {
    write(RAW, "one\n", "two\nthree\nfour\n");
    cut(content(1), 4 + 7);
    try (SegmentStore store = open(RAW)) {
      assertThat(store.begun(STDERR)).isEqualTo(3);
      assertThat(store.begun(STDOUT)).isZero();
      store.append(batch.set(STDERR, 5000, "ee\nfour\n").begun(3));
    }

    StoreDump dump = StoreDump.of(folder);
    assertThat(dump.texts()).containsExactly("one\n", "two\nthr", "ee\nfour\n");
    assertThat(dump.lines()).containsExactly(1, 1, 2);
    assertThat(dump.flags())
        .containsExactly(
            0,
            IndexEntry.STDERR | IndexEntry.ENDS_WITHIN,
            IndexEntry.STDERR | IndexEntry.BEGINS_WITHIN);
  }

  @Test
  void shouldCorrectAtEveryByte() throws IOException {
    write(RAW, "one\n", "two\nthree\nfour\n");
    byte[] index = Files.readAllBytes(index(1));
    byte[] content = Files.readAllBytes(content(1));
    for (int bytes = 5; bytes < content.length; bytes++) {
      Files.write(index(1), index);
      Files.write(content(1), Arrays.copyOf(content, bytes));

      assertThat(String.join("", reopened().texts()))
          .isEqualTo("one\ntwo\nthree\nfour\n".substring(0, bytes) + "new\n");
    }
  }

  @Test
  void shouldKeepBytesBehindTheLastEntry() throws IOException {
    write(RAW, "one\n");
    Files.writeString(content(1), "x\ny\nz", StandardOpenOption.APPEND);

    StoreDump dump = reopened();

    assertThat(dump.texts()).containsExactly("one\n", "x\ny\nz", "new\n");
    assertThat(dump.lines()).containsExactly(1, 3, 1);
  }

  @Test
  void shouldCutBytesThatAreNotThoseOfTheEntry() throws IOException {
    write(RAW, "one\n", "two\n", "three\n");
    flip(content(1), 5);
    flip(content(1), 9);

    assertThat(reopened().texts()).containsExactly("one\n", "new\n");
  }

  @Test
  void shouldKeepTheBytesOfAnEntryWithAFlippedBit() throws IOException {
    write(RAW, "one\n", "two\n");
    byte[] index = Files.readAllBytes(index(1));
    for (int at = 64 + 32; at < 64 + 64; at++) {
      Files.write(index(1), index);
      cut(content(1), 8);
      flip(index(1), at);

      assertThat(reopened().texts()).as("%d", at).containsExactly("one\n", "two\n", "new\n");
    }
  }

  @Test
  void shouldMakeAnIndexForContentThatHasNone() throws IOException {
    for (String how : new String[] {"missing", "empty", "torn header", "flipped header"}) {
      write(TINY, "one\n", "two\n", "three\n", "four\n");
      byte[] header = Arrays.copyOf(Files.readAllBytes(index(2)), 64);
      switch (how) {
        case "missing" -> Files.delete(index(2));
        case "empty" -> Files.write(index(2), new byte[0]);
        case "torn header" -> Files.write(index(2), Arrays.copyOf(header, 40));
        default -> flip(index(2), 20);
      }

      StoreDump dump = reopened();

      assertThat(dump.texts())
          .as(how)
          .containsExactly("one\n", "two\n", "three\n", "four\n", "new\n");
      assertThat(dump.segments())
          .extracting(StoreDump.Segment::linesBefore)
          .containsExactly(0L, 2L, 3L);
      for (int i = 1; i <= 3; i++) {
        Files.delete(index(i));
        Files.delete(content(i));
      }
    }
  }

  @Test
  void shouldMakeAnIndexForTheLastSegmentToo() throws IOException {
    write(TINY, "one\n", "two\n", "three\n");
    Files.delete(index(2));

    StoreDump dump = reopened();

    assertThat(dump.texts()).containsExactly("one\n", "two\n", "three\n", "new\n");
    assertThat(dump.segments()).extracting(StoreDump.Segment::linesBefore).containsExactly(0L, 2L);
    assertThat(dump.segments().getLast().time()).isEqualTo(1002);
  }

  @Test
  void shouldMakeAnIndexForTheOnlySegment() throws IOException {
    long before = System.currentTimeMillis() - 10_000;
    write(RAW, "one\n", "two\n");
    Files.delete(index(1));

    StoreDump dump = reopened();

    assertThat(dump.texts()).containsExactly("one\ntwo\n", "new\n");
    assertThat(dump.entries().getFirst().time()).isGreaterThan(before * 1_000_000);
  }

  @Test
  void shouldGoOnWithoutASegmentWhoseContentIsGone() throws IOException {
    write(TINY, "one\n", "two\n", "three\n", "four\n");
    Files.delete(content(2));

    StoreDump dump = reopened();

    assertThat(dump.texts()).containsExactly("one\n", "two\n", "four\n", "new\n");
    assertThat(dump.segments()).extracting(StoreDump.Segment::linesBefore).containsExactly(0L, 3L);
  }

  @Test
  void shouldGoOnWithASegmentThatHasNothing() throws IOException {
    write(TINY, "one\n", "two\n");
    Files.copy(index(1), index(2));
    cut(index(2), 0);
    Files.write(content(2), new byte[0]);

    assertThat(reopened().segments()).extracting(StoreDump.Segment::number).containsExactly(1L, 2L);
  }

  @Test
  void shouldGoOnWithASegmentThatAReaderHasOpenAlready() throws IOException {
    write(TINY, "one\n", "two\n", "lost\n");
    cut(content(2), 0);
    try (LogReader reader = LogReader.open(Linux.kernel(), folder, LogQuery.ALL.following())) {
      var collector = new LogModel.Collector();
      collector.take(reader, 9);
      // It stands in segment 2, whose first batch has no bytes; there the process was killed.
      reopened();
      collector.take(reader, 9);
      assertThat(collector.lines())
          .extracting(LogModel.Line::text)
          .containsExactly("one", "two", "new");
    }
  }

  @Test
  void shouldKnowAfterARestartWhatWasOpen() {
    try (SegmentStore store = open(RAW)) {
      store.append(batch.set(STDOUT, 1, "out"));
      store.append(batch.set(STDERR, 2, "err\n"));
      store.append(batch.set(STDOUT, 3, "put").begun(3));
    }
    try (SegmentStore store = open(RAW.withSegments(1, 1))) {
      assertThat(store.begun(STDOUT)).isEqualTo(6);
      assertThat(store.begun(STDERR)).isZero();
      store.append(batch.set(STDERR, 4, "new\n"));
    }
    try (SegmentStore store = open(RAW)) {
      assertThat(store.begun(STDOUT)).isEqualTo(6);
    }
  }

  @Test
  void shouldNotGoBackInTimeAfterARestart() {
    write(RAW, "one\n", "two\n");
    try (SegmentStore store = open(RAW)) {
      // The clock has been set back meanwhile.
      store.append(batch.set(STDOUT, 500, "three\nfour\n"));
      store.append(batch.set(STDOUT, 502, "five\n"));
    }
    try (SegmentStore store = open(RAW.withSegments(1, 1))) {
      store.append(batch.set(STDOUT, 503, "six\n"));
    }

    StoreDump dump = StoreDump.of(folder);
    assertThat(dump.entries())
        .extracting(StoreDump.Entry::time)
        .containsExactly(1000L, 1001L, 1002L, 1004L, 1005L);
    assertThat(dump.segments().getLast().time()).isEqualTo(1005);
  }

  @Test
  void shouldRemoveFilesThatWereNotFinished() throws IOException {
    write(RAW, "one\n");
    Path unfinished = folder.resolve("0000000001.log.zst.tmp");
    Files.writeString(unfinished, "half");

    assertThat(reopened().texts()).containsExactly("one\n", "new\n");
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void shouldNotBelieveACompressedFileThatIsNotComplete() throws IOException {
    write(TINY, "one\n", "two\n", "three\n");
    Path compressed = folder.resolve("0000000001.log.zst");
    Files.writeString(compressed, "half of a file, as a power loss may leave it");

    assertThat(reopened().texts()).containsExactly("one\n", "two\n", "three\n", "new\n");
    assertThat(compressed).doesNotExist();
  }
}
