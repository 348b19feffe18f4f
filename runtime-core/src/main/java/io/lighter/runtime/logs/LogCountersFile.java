package io.lighter.runtime.logs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The counters of a log in a small file, in which other processes see them while they are counted:
 * the memory of the counters is the file's, so counting costs what it costs without. The file stays
 * when its process is killed, with all that was counted.
 *
 * <p>Whoever makes it says when it goes. Its folder must be one that only the owner can write to: a
 * file that somebody shortens takes the counters away from under this process.
 *
 * @param file where they are
 * @param counters what is counted in
 */
public record LogCountersFile(Path file, LogCounters counters) {

  /**
   * Makes the file, with all counters at 0; what has that name is replaced, and whoever still has
   * it keeps it.
   *
   * @throws UncheckedIOException when there is no room for it, or no such folder
   */
  public static LogCountersFile create(Path file) {
    try {
      Files.deleteIfExists(file);
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        return map(file, channel);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the counters of a log cannot be kept in " + file + ": " + e, e);
    }
  }

  private static LogCountersFile map(Path file, FileChannel channel) throws IOException {
    // What is written has its room on the disk; a hole that is mapped would not.
    ByteBuffer zeros = ByteBuffer.allocate(LogCounters.SIZE);
    try {
      while (zeros.hasRemaining()) {
        channel.write(zeros);
      }
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    // A thread whose sink blocks may count after all is closed, so nobody can say when to unmap it
    // but the collector.
    MemorySegment memory = channel.map(MapMode.READ_WRITE, 0, LogCounters.SIZE, Arena.ofAuto());
    return new LogCountersFile(file, LogCounters.in(memory));
  }

  /**
   * Reads what is in such a file now, whoever counts in it.
   *
   * @return null when there is no such file, or it was only just begun
   * @throws IOException when it cannot be read
   */
  public static @Nullable LogStatistics read(Path file) throws IOException {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    if (content.length < LogCounters.SIZE) {
      return null;
    }
    MemorySegment memory = MemorySegment.ofArray(new long[LogCounters.SIZE / Long.BYTES]);
    memory.copyFrom(MemorySegment.ofArray(content).asSlice(0, LogCounters.SIZE));
    return LogStatistics.of(LogCounters.in(memory));
  }
}
