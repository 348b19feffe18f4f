package io.lighter.runtime.logs.store;

import static io.lighter.runtime.logs.LogStream.STDOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class CompressionTest {
  private static final StoreConfig THREE_MIB =
      StoreConfig.DEFAULT.withSegments(3 << 20, 100_000).withCompression(true);

  private final FakeBatch batch = new FakeBatch();
  private final Random random = new Random(7);
  @TempDir private Path folder;

  private SegmentStore open(StoreConfig config) {
    return SegmentStore.open(Linux.kernel(), folder, config, Runnable::run);
  }

  /** Writes 8 MiB of lines that do not compress to nothing, and returns them. */
  private String write() {
    var all = new StringBuilder();
    try (SegmentStore store = open(THREE_MIB)) {
      for (int i = 0; i < 80; i++) {
        var text = new StringBuilder();
        while (text.length() < 100_000) {
          text.append(i).append(' ').append(random.nextLong()).append(" a line like others\n");
        }
        store.append(batch.set(STDOUT, 1_000_000L * i, text.toString()));
        all.append(text);
      }
    }
    return all.toString();
  }

  private Path compressed(int segment) {
    return folder.resolve("000000000" + segment + ".log.zst");
  }

  @Test
  void shouldCompressWhatIsFullAndReadIt() {
    String written = write();

    assertThat(compressed(1)).exists();
    assertThat(compressed(2)).exists();
    assertThat(compressed(3)).doesNotExist();
    assertThat(folder.resolve("0000000001.log")).doesNotExist();
    assertThat(folder.resolve("0000000003.log")).exists();
    assertThat(read(LogQuery.ALL)).isEqualTo(written);
    String last =
        written.lines().skip(written.lines().count() - 5).reduce("", (a, b) -> a + b + "\n");
    assertThat(read(LogQuery.ALL.tail(5))).isEqualTo(last);
  }

  private String read(LogQuery query) {
    var text = new StringBuilder();
    for (LogModel.Line line : LogModel.read(LogReader.open(Linux.kernel(), folder, query))) {
      text.append(line.text()).append('\n');
    }
    return text.toString();
  }

  @Test
  @RequiresTool("zstd")
  void shouldBeReadByZstd() throws IOException, InterruptedException {
    String written = write();

    var unpacked = new StringBuilder();
    for (int segment = 1; segment <= 2; segment++) {
      Process zstd =
          new ProcessBuilder("zstd", "-dc", compressed(segment).toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      unpacked.append(new String(zstd.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      assertThat(zstd.waitFor()).isZero();
    }
    unpacked.append(Files.readString(folder.resolve("0000000003.log")));
    assertThat(unpacked.toString()).isEqualTo(written);
  }

  @Test
  void shouldHaveFramesOfOneMebibyteAndATableOfThem() throws IOException {
    write();
    byte[] file = Files.readAllBytes(compressed(1));

    var footer = java.nio.ByteBuffer.wrap(file).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    assertThat(footer.getInt(file.length - 4)).isEqualTo(0x8f92eab1);
    int frames = footer.getInt(file.length - 9);
    assertThat(frames).isEqualTo(3);
    int table = file.length - 9 - frames * 8;
    assertThat(footer.getInt(table - 8)).isEqualTo(0x184d2a5e);
    assertThat(footer.getInt(table + 4)).isEqualTo(1 << 20);
    assertThat(footer.getInt(table) + footer.getInt(table + 8) + footer.getInt(table + 16))
        .isEqualTo(table - 8);
  }

  @Test
  void shouldNotBeInTheWayOfTheWriter() throws InterruptedException {
    var mayRun = new CountDownLatch(1);
    try (var background = Executors.newSingleThreadExecutor()) {
      background.execute(() -> await(mayRun));
      try (SegmentStore store =
          SegmentStore.open(Linux.kernel(), folder, THREE_MIB.withSegments(100, 10), background)) {
        for (int i = 0; i < 500; i++) {
          assertThat(store.append(batch.set(STDOUT, i, "line " + i + "\n"))).isPositive();
        }
        assertThat(compressed(1)).doesNotExist();
        mayRun.countDown();
        while (Files.exists(folder.resolve("0000000049.log"))) {
          Thread.sleep(5);
        }
        assertThat(LogModel.read(store.read(LogQuery.ALL))).hasSize(500);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void shouldCompressOnOpeningWhatAKilledProcessHasNot() throws IOException {
    try (SegmentStore store = open(THREE_MIB.withSegments(10, 1).withCompression(false))) {
      for (int i = 0; i < 4; i++) {
        store.append(batch.set(STDOUT, i, "line " + i + "\n"));
      }
    }
    Files.writeString(folder.resolve("0000000002.log.zst.tmp"), "half");

    open(THREE_MIB).close();

    assertThat(compressed(1)).exists();
    assertThat(compressed(3)).exists();
    assertThat(folder.resolve("0000000002.log.zst.tmp")).doesNotExist();
    assertThat(folder.resolve("0000000004.log")).exists();
    assertThat(read(LogQuery.ALL)).isEqualTo("line 0\nline 1\nline 2\nline 3\n");
  }

  @Test
  void shouldKeepTheCompressedOneOfTwoThatAreComplete() throws IOException {
    try (SegmentStore store = open(THREE_MIB.withSegments(10, 1).withCompression(false))) {
      store.append(batch.set(STDOUT, 1, "one\n"));
      store.append(batch.set(STDOUT, 2, "two\n"));
    }
    Path raw = folder.resolve("0000000001.log");
    byte[] content = Files.readAllBytes(raw);
    open(THREE_MIB).close();
    // Killed between the two: the name was given, and the other file not yet removed.
    Files.write(raw, content);

    open(THREE_MIB).close();

    assertThat(raw).doesNotExist();
    assertThat(read(LogQuery.ALL)).isEqualTo("one\ntwo\n");
  }

  @Test
  void shouldGoOnBehindAFrameThatCannotBeRead() throws IOException {
    String written = write();
    byte[] file = Files.readAllBytes(compressed(1));
    file[file.length / 2] ^= 1;
    Files.write(compressed(1), file);

    List<LogModel.Line> lines = new ArrayList<>();
    try (LogReader reader = LogReader.open(Linux.kernel(), folder, LogQuery.ALL)) {
      var collector = new LogModel.Collector();
      collector.takeEvenWithGaps(reader);
      lines.addAll(collector.lines());
      assertThat(lines.size() + reader.missed()).isEqualTo(written.lines().count());
      assertThat(reader.missed()).isPositive();
    }
    List<String> all = written.lines().toList();
    assertThat(lines.getLast().text()).isEqualTo(all.getLast());
    assertThat(lines.getFirst().text()).isEqualTo(all.getFirst());
    assertThat(lines.size()).isGreaterThan(all.size() / 2);
  }

  @Test
  void shouldGoOnBehindASegmentWithoutASeekTable() throws IOException {
    write();
    byte[] file = Files.readAllBytes(compressed(1));
    Files.write(compressed(1), java.util.Arrays.copyOf(file, file.length - 3));

    try (LogReader reader = LogReader.open(Linux.kernel(), folder, LogQuery.ALL)) {
      assertThat(reader.next()).isTrue();
    }
    open(THREE_MIB).close();
  }

  @Test
  void shouldMakeAnIndexForACompressedSegmentThatHasNone() throws IOException {
    String written = write();
    Files.delete(folder.resolve("0000000002.index"));

    open(THREE_MIB).close();

    assertThat(read(LogQuery.ALL)).isEqualTo(written);
  }
}
