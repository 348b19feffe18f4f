package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes a file of a few bytes into a folder of ours. */
final class SmallFile {
  private static final int NEW = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_EXCL | Fcntl.O_NOFOLLOW;

  private SmallFile() {}

  static void write(Linux linux, Fd folder, String name, String text, int mode) {
    write(linux, folder, name, text.getBytes(UTF_8), mode);
  }

  static void write(Linux linux, Fd folder, String name, byte[] content, int mode) {
    try (Arena arena = Arena.ofConfined();
        Fd file = linux.files().openat(folder, name, NEW, 0600)) {
      MemorySegment rest = arena.allocate(Math.max(1, content.length)).asSlice(0, content.length);
      MemorySegment.copy(content, 0, rest, ValueLayout.JAVA_BYTE, 0, content.length);
      while (rest.byteSize() > 0) {
        rest = rest.asSlice(linux.files().write(file, rest));
      }
      // The umask of this process may have taken bits away.
      linux.files().fchmod(file, mode);
    }
  }
}
