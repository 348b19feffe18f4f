package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.RewindableSink;

/**
 * Writes entries to a file that is rotated before an entry when it is full, as Docker does it. One
 * append rotates once at most, and what it rotated away is compressed or deleted by the next one:
 * until then it can be undone.
 */
final class LocalSink implements RewindableSink, LineWalk.Step {
  private static final int GROUP_BYTES = 64 * 1024;
  private static final int IDLE_BYTES = 8 * 1024;

  private final LineEncoder encoder;
  private final RotatedFile file;
  private final LineWalk lines = new LineWalk();
  private final MessageGroup group = new MessageGroup();
  private boolean rotated;
  private int done;

  LocalSink(LineEncoder encoder, RotatedFile file) {
    this.encoder = encoder;
    this.file = file;
  }

  @Override
  public int append(LogBatch batch) {
    file.settle();
    rotated = false;
    done = 0;
    group.clear(Integer.MAX_VALUE);
    lines.walk(batch, this);
    write();
    return done;
  }

  @Override
  public boolean line(LogLine line) {
    if (file.isFull(group.length())) {
      if (rotated || !write()) {
        return false;
      }
      file.rotate();
      rotated = true;
    }
    group.add(encoder, line);
    return group.length() < GROUP_BYTES || write();
  }

  /** Returns whether there was room for all; the group is empty afterwards. */
  private boolean write() {
    int length = group.length();
    int written = file.write(group.bytes(), length);
    if (written < length) {
      keepWhole(written);
    } else if (length > 0) {
      done = group.source(group.count() - 1);
    }
    group.clear(Integer.MAX_VALUE);
    return written == length;
  }

  /** Takes back the part of an entry that found room, so that no reader stumbles over it. */
  private void keepWhole(int written) {
    int whole = 0;
    while (whole < group.count() && group.end(whole) <= written) {
      whole++;
    }
    file.cut(written - group.begin(whole));
    if (whole > 0) {
      done = group.source(whole - 1);
    }
  }

  @Override
  public long position() {
    return file.position();
  }

  @Override
  public void rewind(long position) {
    file.rewind(position);
  }

  @Override
  public void flush() {
    group.clear(IDLE_BYTES);
  }

  @Override
  public void close() {
    file.close();
  }
}
