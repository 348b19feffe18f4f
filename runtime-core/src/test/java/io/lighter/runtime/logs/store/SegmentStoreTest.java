package io.lighter.runtime.logs.store;

import static io.lighter.runtime.logs.LogStream.STDERR;
import static io.lighter.runtime.logs.LogStream.STDOUT;
import static io.lighter.runtime.logs.store.IndexEntry.BEGINS_WITHIN;
import static io.lighter.runtime.logs.store.IndexEntry.CUT_BEFORE;
import static io.lighter.runtime.logs.store.IndexEntry.ENDS_WITHIN;
import static io.lighter.runtime.logs.store.IndexEntry.HEADLESS;
import static io.lighter.runtime.logs.store.IndexEntry.LAST;
import static io.lighter.runtime.logs.store.IndexEntry.MARKER;
import static io.lighter.runtime.logs.store.IndexEntry.OTHER_WITHIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class SegmentStoreTest {
  private static final StoreConfig RAW = StoreConfig.DEFAULT.withCompression(false);

  private final FakeBatch batch = new FakeBatch();
  @TempDir private Path folder;

  private SegmentStore open(StoreConfig config) {
    return SegmentStore.open(Linux.kernel(), folder, config, Runnable::run);
  }

  @Test
  void shouldWriteEachBatchWithItsEntry() {
    try (SegmentStore store = open(RAW)) {
      assertThat(store.append(batch.set(STDOUT, 100, "a\nb\n"))).isEqualTo(4);
      assertThat(store.append(batch.set(STDERR, 200, "c\n"))).isEqualTo(2);
      assertThat(store.append(batch.set(STDOUT, 300, "d\n").marker())).isEqualTo(2);
      assertThat(store.append(batch.set(STDERR, 400, "end").last())).isEqualTo(3);
    }

    StoreDump dump = StoreDump.of(folder);
    assertThat(dump.entries())
        .containsExactly(
            new StoreDump.Entry(100, 0, 0, 2, 0, "a\nb\n"),
            new StoreDump.Entry(200, 4, 2, 1, IndexEntry.STDERR, "c\n"),
            new StoreDump.Entry(300, 6, 3, 1, MARKER, "d\n"),
            new StoreDump.Entry(400, 8, 4, 1, IndexEntry.STDERR | LAST, "end"));
    assertThat(dump.segments().getFirst().time()).isEqualTo(100);
  }

  @Test
  void shouldSayWhichLinesGoOn() {
    try (SegmentStore store = open(RAW)) {
      store.append(batch.set(STDOUT, 1, "one"));
      store.append(batch.set(STDERR, 2, "other\n"));
      store.append(batch.set(STDOUT, 3, "!\n").marker());
      assertThat(store.begun(STDOUT)).isEqualTo(3);
      assertThat(store.begun(STDERR)).isZero();
      store.append(batch.set(STDOUT, 4, " line\nnext").begun(3));
      store.append(batch.set(STDOUT, 5, "new\n"));
      store.append(batch.set(STDERR, 6, "lost\n").begun(10));
    }

    StoreDump dump = StoreDump.of(folder);
    assertThat(dump.flags())
        .containsExactly(
            ENDS_WITHIN,
            IndexEntry.STDERR | OTHER_WITHIN,
            MARKER | ENDS_WITHIN,
            BEGINS_WITHIN | ENDS_WITHIN,
            CUT_BEFORE,
            IndexEntry.STDERR | BEGINS_WITHIN | HEADLESS);
    assertThat(dump.lines()).containsExactly(0, 1, 1, 1, 2, 1);
  }

  @Test
  void shouldOpenTheNextSegmentWhenOneIsFull() {
    try (SegmentStore store = open(RAW.withSegments(10, 3))) {
      store.append(batch.set(STDOUT, 1, "12345\n"));
      store.append(batch.set(STDOUT, 2, "too long for ten\n"));
      store.append(batch.set(STDOUT, 3, "a\n"));
      store.append(batch.set(STDOUT, 4, "b\n"));
      store.append(batch.set(STDOUT, 5, "c\n"));
      store.append(batch.set(STDOUT, 6, "d\n"));
    }

    assertThat(StoreDump.of(folder).segments())
        .extracting(s -> s.number() + " " + s.linesBefore() + " " + s.time())
        .containsExactly("1 0 1", "2 1 2", "3 2 3", "4 5 6");
  }

  @Test
  void shouldCorrectTheEntryOfWhatTheDiskHadNoRoomFor() {
    try (SegmentStore store = open(RAW)) {
      assertThat(store.append(batch.set(STDOUT, 1, "a\nb\nc\n").moving(3))).isEqualTo(3);
      assertThat(store.append(batch.set(STDOUT, 2, "\nc\n").begun(1).moving(0))).isZero();
      assertThat(store.append(batch.set(STDOUT, 3, "\nc\n").begun(1))).isEqualTo(3);
    }

    StoreDump dump = StoreDump.of(folder);
    assertThat(dump.texts()).containsExactly("a\nb", "\nc\n");
    assertThat(dump.flags()).containsExactly(ENDS_WITHIN, BEGINS_WITHIN);
    assertThat(dump.lines()).containsExactly(1, 2);
  }

  @Test
  void shouldAnswerZeroWhileTheDiskIsFull() {
    var disk = new ScarceDisk(Linux.kernel().calls());
    try (SegmentStore store =
        SegmentStore.open(new Linux(disk), folder, RAW.withSegments(8, 9), Runnable::run)) {
      disk.setFull(true);
      assertThat(store.append(batch.set(STDOUT, 1, "one\n"))).isZero();
      assertThat(folder).isDirectoryNotContaining("glob:**.index");
      disk.setFull(false);
      assertThat(store.append(batch.set(STDOUT, 2, "one\n"))).isEqualTo(4);
      disk.setFull(true);
      assertThat(store.append(batch.set(STDOUT, 3, "two\n"))).isZero();
      disk.setFull(false);
      assertThat(store.append(batch.set(STDOUT, 4, "two\n"))).isEqualTo(4);
      disk.setFull(true);
      assertThat(store.append(batch.set(STDOUT, 5, "three\n"))).isZero();
      disk.setFull(false);
      assertThat(store.append(batch.set(STDOUT, 6, "three\n"))).isEqualTo(6);
    }
    assertThat(StoreDump.of(folder).texts()).containsExactly("one\n", "two\n", "three\n");
    assertThat(StoreDump.of(folder).segments())
        .extracting(StoreDump.Segment::linesBefore)
        .containsExactly(0L, 2L);
  }

  @Test
  void shouldLeaveNothingOfABatchThatCouldNotBeMoved() {
    try (SegmentStore store = open(RAW)) {
      store.append(batch.set(STDOUT, 1, "one\n"));
      batch
          .set(STDOUT, 2, "two\n")
          .beforeMove(
              () -> {
                throw new IllegalStateException("the pipe is gone");
              });
      assertThatThrownBy(() -> store.append(batch)).hasMessage("the pipe is gone");
      store.append(batch.set(STDOUT, 3, "three\n").beforeMove(() -> {}));
    }
    assertThat(StoreDump.of(folder).texts()).containsExactly("one\n", "three\n");
  }

  @Test
  void shouldGoOnAfterARestart() {
    for (int i = 0; i < 5; i++) {
      try (SegmentStore store = open(RAW.withSegments(8, 100))) {
        store.append(batch.set(STDOUT, i, "abc\n"));
      }
    }

    StoreDump dump = StoreDump.of(folder);
    assertThat(dump.segments())
        .extracting(StoreDump.Segment::linesBefore)
        .containsExactly(0L, 2L, 4L);
    assertThat(dump.texts()).hasSize(5);
  }

  @Test
  void shouldRemoveTheOldestSegments() {
    try (SegmentStore store =
        open(RAW.withSegments(4, 9).withRetention(1 << 20, 2, Duration.ZERO))) {
      for (int i = 0; i < 9; i++) {
        store.append(batch.set(STDOUT, i, "abc\n"));
      }
    }
    assertThat(StoreDump.of(folder).segments())
        .extracting(StoreDump.Segment::number)
        .containsExactly(8L, 9L);

    try (SegmentStore store = open(RAW.withRetention(1, 100, Duration.ZERO))) {
      store.enforceRetention();
    }
    assertThat(StoreDump.of(folder).segments())
        .extracting(StoreDump.Segment::number)
        .containsExactly(9L);
  }

  @Test
  void shouldRemoveWhatIsTooOld() {
    long now = System.currentTimeMillis() * 1_000_000;
    long hour = Duration.ofHours(1).toNanos();
    try (SegmentStore store =
        open(RAW.withSegments(4, 9).withRetention(1 << 20, 99, Duration.ofHours(2)))) {
      for (int i = 5; i > 0; i--) {
        store.append(batch.set(STDOUT, now - i * hour, "abc\n"));
      }
    }
    // The lines of segment 3 are three hours old; those of segment 4 may go on until segment 5
    // begins.
    assertThat(StoreDump.of(folder).segments())
        .extracting(StoreDump.Segment::number)
        .containsExactly(4L, 5L);
  }

  @Test
  void shouldHaveEachBatchOnTheDiskWhenAskedTo() {
    for (StoreConfig.Sync sync : StoreConfig.Sync.values()) {
      try (SegmentStore store = open(RAW.withSync(sync).withSegments(4, 9))) {
        store.append(batch.set(STDOUT, 1, "abc\n"));
        store.append(batch.set(STDOUT, 2, "def\n"));
      }
    }
    assertThat(StoreDump.of(folder).texts()).hasSize(6);
  }

  @Test
  void shouldMakeNoGarbage() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    batch.set(STDOUT, 1, "a line of a log that is nothing special\n".repeat(100));
    try (SegmentStore store = open(RAW)) {
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 10; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
          store.append(batch);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      // What the measurement itself costs; one object a batch would be 16,000.
      assertThat(least).isLessThan(1000);
    }
  }

  @Test
  void shouldMakeOneCallBesideTheMove() {
    var calls = new CountedSystemCalls(Linux.kernel().calls());
    batch.set(STDOUT, 1, "a line\n");
    try (SegmentStore store = SegmentStore.open(new Linux(calls), folder, RAW, Runnable::run)) {
      store.append(batch);
      long before = calls.count();
      for (int i = 0; i < 1000; i++) {
        store.append(batch);
      }
      assertThat(calls.count() - before).isEqualTo(1000);
    }
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThatThrownBy(() -> RAW.withSegments(0, 1)).hasMessageContaining("segmentBytes 0");
    assertThatThrownBy(() -> RAW.withRetention(1, 0, Duration.ZERO))
        .hasMessageContaining("maxSegments 0");
  }

  @Test
  void shouldLeaveOtherFilesAlone() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "x");
    Files.writeString(folder.resolve("99999999999999999999999.log"), "x");
    try (SegmentStore store = open(RAW)) {
      store.append(batch.set(STDOUT, 1, "abc\n"));
    }
    assertThat(folder.resolve("notes.txt")).exists();
  }
}
