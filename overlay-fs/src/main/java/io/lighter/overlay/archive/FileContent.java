package io.lighter.overlay.archive;

import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Stat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Writes the content of entries into files, with their holes. Not thread-safe. */
final class FileContent {
  /** Large enough that the calls cost nothing beside the copying. */
  private static final int BUFFER_SIZE = 256 * 1024;

  private final Files files;
  private final TarReader reader;
  private final MemorySegment buffer;
  private long written;

  FileContent(Files files, TarReader reader, Arena arena) {
    this.files = files;
    this.reader = reader;
    this.buffer = arena.allocate(BUFFER_SIZE);
  }

  /** Returns how many bytes were written in all. */
  long written() {
    return written;
  }

  /** Writes the content of the entry that the reader stands at into a new file. */
  void write(Fd file, TarEntry entry) throws IOException {
    SparseMap map = entry.sparse();
    if (map == null) {
      write(file, entry.size());
      return;
    }
    for (int i = 0; i < map.count(); i++) {
      files.lseek(file, map.offset(i), Stat.SEEK_SET);
      write(file, map.length(i));
    }
    files.ftruncate(file, entry.size());
  }

  private void write(Fd file, long length) throws IOException {
    for (long left = length; left > 0; ) {
      long filled = 0;
      while (filled < Math.min(left, BUFFER_SIZE)) {
        filled += reader.read(buffer.asSlice(filled), left - filled);
      }
      for (long done = 0; done < filled; ) {
        done += files.write(file, buffer.asSlice(done, filled - done));
      }
      left -= filled;
      written += filled;
    }
  }
}
