package io.lighter.runtime.logs.driver;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogCounters;
import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.logs.RewindableSink;
import io.lighter.runtime.logs.folder.FolderLock;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A sink whose folder nobody else writes to meanwhile. */
final class LockedSink implements RewindableSink {
  private final RewindableSink sink;
  private final FolderLock lock;

  private LockedSink(RewindableSink sink, FolderLock lock) {
    this.sink = sink;
    this.lock = lock;
  }

  /**
   * Locks a folder, and then opens a sink in it.
   *
   * @throws io.lighter.runtime.logs.folder.FolderLockedException when somebody else writes to it
   */
  static LockedSink open(Linux linux, Path folder, Supplier<RewindableSink> sink) {
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    FolderLock lock;
    try (Fd opened = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), flags, 0)) {
      lock = FolderLock.take(linux, opened);
    }
    try {
      return new LockedSink(sink.get(), lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  @Override
  public int append(LogBatch batch) {
    return sink.append(batch);
  }

  @Override
  public long begun(LogStream stream) {
    return sink.begun(stream);
  }

  @Override
  public void countIn(LogCounters counters) {
    sink.countIn(counters);
  }

  @Override
  public void flush() {
    sink.flush();
  }

  @Override
  public long position() {
    return sink.position();
  }

  @Override
  public void rewind(long position) {
    sink.rewind(position);
  }

  @Override
  public void close() {
    try {
      sink.close();
    } finally {
      lock.close();
    }
  }
}
