package io.lighter.runtime.logs.store;

import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Stat;
import java.lang.foreign.MemorySegment;

/** A segment as it was written. */
record RawContent(Files files, Fd file) implements Content {
  @Override
  public long size() {
    return files.lseek(file, 0, Stat.SEEK_END);
  }

  @Override
  public int read(MemorySegment to, long offset) {
    return (int) files.pread(file, to, offset);
  }

  @Override
  public void close() {
    file.close();
  }
}
