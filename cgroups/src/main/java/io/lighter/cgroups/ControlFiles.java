package io.lighter.cgroups;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Control files of a cgroup as text, read and written whole. Safe for use by many threads. */
final class ControlFiles {
  /** A page: the kernel hands out and takes control files in pieces of at most one. */
  private static final int PAGE = 4096;

  private static final ThreadLocal<MemorySegment> BUFFER =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(PAGE));

  private final Files files;

  ControlFiles(Files files) {
    this.files = files;
  }

  /** Reads a file; throws LinuxException when it is not there. */
  String read(Fd dir, String file) {
    try (Fd fd = files.openat(dir, file, Fcntl.O_RDONLY, 0)) {
      return read(fd);
    }
  }

  /** Reads a file that this kernel or this cgroup may not have; null then. */
  @Nullable String readIfExists(Fd dir, String file) {
    try (Fd fd = files.openatIfExists(dir, file, Fcntl.O_RDONLY)) {
      return fd == null ? null : read(fd);
    }
  }

  private String read(Fd fd) {
    MemorySegment buffer = BUFFER.get();
    StringBuilder text = new StringBuilder();
    while (true) {
      int length = (int) files.read(fd, buffer);
      if (length <= 0) {
        return text.toString();
      }
      byte[] bytes = new byte[length];
      MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, length);
      // Everything in these files is ASCII but the names of cgroups, which no file here has.
      text.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }
  }

  /** Opens a file for writing and writes a value by one call, as the kernel wants it. */
  void write(Fd dir, String file, String value) {
    try (Fd fd = files.openat(dir, file, Fcntl.O_WRONLY, 0)) {
      write(fd, value);
    }
  }

  /** Writes a value by one call to an open file. */
  void write(Fd fd, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= PAGE) {
      throw new IllegalArgumentException(
          "a control file takes less than " + PAGE + " bytes at once, not " + bytes.length);
    }
    MemorySegment buffer = BUFFER.get();
    MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
    files.write(fd, buffer.asSlice(0, bytes.length));
  }
}
