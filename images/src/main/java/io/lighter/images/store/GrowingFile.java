package io.lighter.images.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** How far a file is written, and streams that follow. Safe for use by many threads. */
final class GrowingFile {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private long written;
  private boolean finished;
  private @Nullable Exception failure;

  long written() {
    lock.lock();
    try {
      return written;
    } finally {
      lock.unlock();
    }
  }

  void reset() {
    lock.lock();
    try {
      written = 0;
    } finally {
      lock.unlock();
    }
  }

  void advance(long bytes) {
    lock.lock();
    try {
      written += bytes;
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void finish() {
    lock.lock();
    try {
      finished = true;
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says why there will be no more, unless it is finished. */
  void fail(Exception reason) {
    lock.lock();
    try {
      if (!finished && failure == null) {
        failure = reason;
        grown.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is more than {@code position}; returns how far it goes, or -1 at the end. */
  private long awaitBeyond(long position) throws IOException {
    lock.lock();
    try {
      while (written <= position && !finished && failure == null) {
        grown.awaitUninterruptibly();
      }
      if (failure != null && written <= position) {
        throw new IOException(String.valueOf(failure.getMessage()), failure);
      }
      return written > position ? written : -1;
    } finally {
      lock.unlock();
    }
  }

  InputStream follow(FileChannel channel) {
    return new Follower(channel);
  }

  private final class Follower extends InputStream {
    private final FileChannel channel;
    private long position;

    Follower(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      Objects.checkFromIndexSize(from, length, bytes.length);
      if (length == 0) {
        return 0;
      }
      long end = awaitBeyond(position);
      if (end < 0) {
        return -1;
      }
      int most = (int) Math.min(length, end - position);
      int read = channel.read(ByteBuffer.wrap(bytes, from, most), position);
      if (read <= 0) {
        throw new IOException("the file has become shorter while it was read");
      }
      position += read;
      return read;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
