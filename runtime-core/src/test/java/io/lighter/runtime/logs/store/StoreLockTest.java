package io.lighter.runtime.logs.store;

import static io.lighter.runtime.logs.LogStream.STDOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.folder.FolderLock;
import io.lighter.runtime.logs.folder.FolderLockedException;
import io.lighter.testing.LeavesNothing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One process writes to a folder, and those that follow it know when it has ended. */
@LeavesNothing
@Timeout(60)
class StoreLockTest {
  @TempDir private Path folder;

  private final Linux linux = Linux.kernel();

  private SegmentStore open() {
    StoreConfig config = StoreConfig.DEFAULT.withCompression(false);
    return SegmentStore.open(linux, folder, config, Runnable::run);
  }

  private boolean isHeld() {
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    try (Fd opened = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), flags, 0)) {
      return FolderLock.isHeld(linux, opened);
    }
  }

  @Test
  void shouldRefuseASecondWriterOfThisProcess() {
    try (SegmentStore _ = open()) {
      assertThat(isHeld()).isTrue();
      assertThatExceptionOfType(FolderLockedException.class)
          .isThrownBy(this::open)
          .withMessage(
              "the log in "
                  + folder
                  + " is being written by this process: one process at a time may write a log");
      assertThat(isHeld()).isTrue();
    }
    assertThat(isHeld()).isFalse();
    open().close();
  }

  @Test
  void shouldNameTheProcessThatWrites() throws Exception {
    try (OtherWriter other = new OtherWriter(folder)) {
      assertThat(isHeld()).isTrue();
      assertThatExceptionOfType(FolderLockedException.class)
          .isThrownBy(this::open)
          .withMessageContaining("is being written by process " + other.pid() + ":");
    }
    assertThat(isHeld()).isFalse();
    open().close();
  }

  @Test
  void shouldFollowTheLogOfAnotherProcessUntilThatIsKilled() throws Exception {
    try (OtherWriter other = new OtherWriter(folder);
        LogReader reader = LogReader.open(linux, folder, LogQuery.ALL.following())) {
      List<Integer> lengths = new ArrayList<>();
      for (int i = 1; i <= 100; i++) {
        other.write("x".repeat(i));
        if (i == 100) {
          other.kill();
        }
        while (reader.next()) {
          lengths.add(reader.length());
        }
      }
      while (reader.await(TimeUnit.MINUTES.toNanos(1))) {
        while (reader.next()) {
          lengths.add(reader.length());
        }
      }
      assertThat(lengths).hasSize(100).isSorted();
    }
  }

  @Test
  void shouldEndAtOnceWhenNobodyWrites() throws Exception {
    try (SegmentStore store = open()) {
      store.append(new FakeBatch().set(STDOUT, 1, "one\n"));
    }
    try (LogReader reader = LogReader.open(linux, folder, LogQuery.ALL.following())) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.next()).isFalse();
      assertThat(reader.await(TimeUnit.MINUTES.toNanos(1))).isTrue();
      assertThat(reader.next()).isFalse();
      assertThat(reader.await(TimeUnit.MINUTES.toNanos(1))).isFalse();
    }
  }
}
