package io.lighter.runtime.logs.driver;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.logs.NewlineScan;
import io.lighter.runtime.logs.RewindableSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** A batch of bytes that a test has, rather than of a pipe. */
final class TextBatch extends LogBatch {
  private final LogStream stream;
  private final long time;
  private final byte[] text;
  private final MemorySegment memory;
  private final long begun;
  private final boolean last;

  private TextBatch(LogStream stream, long time, byte[] text, long begun, boolean last) {
    this.stream = stream;
    this.time = time;
    this.text = text;
    this.memory = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, text);
    this.begun = begun;
    this.last = last;
  }

  static TextBatch stdout(long time, String text) {
    return new TextBatch(LogStream.STDOUT, time, text.getBytes(StandardCharsets.UTF_8), 0, false);
  }

  static TextBatch stderr(long time, String text) {
    return new TextBatch(LogStream.STDERR, time, text.getBytes(StandardCharsets.UTF_8), 0, false);
  }

  static TextBatch of(long time, byte[] text) {
    return new TextBatch(LogStream.STDOUT, time, text, 0, false);
  }

  /** The end of a stream, whose last line may have no newline. */
  static TextBatch last(long time, String text) {
    return new TextBatch(LogStream.STDOUT, time, text.getBytes(StandardCharsets.UTF_8), 0, true);
  }

  /** A line that goes on, of which so many bytes were before. */
  static TextBatch goesOn(long time, String text, long begun) {
    return new TextBatch(
        LogStream.STDOUT, time, text.getBytes(StandardCharsets.UTF_8), begun, false);
  }

  /** Appends all of a text, as often as it takes; returns how many calls it took. */
  static int appendAll(LogSink sink, long time, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int done = 0;
    int calls = 0;
    long lines = 0;
    while (done < bytes.length) {
      byte[] left = Arrays.copyOfRange(bytes, done, bytes.length);
      if (sink instanceof RewindableSink rotates) {
        rotates.position();
      }
      int more = sink.append(of(time + lines, left));
      for (int i = 0; i < more; i++) {
        lines += left[i] == '\n' ? 1 : 0;
      }
      done += more;
      calls++;
      if (more == 0) {
        LockSupport.parkNanos(10_000_000);
      }
    }
    return calls;
  }

  @Override
  public LogStream stream() {
    return stream;
  }

  @Override
  public long time() {
    return time;
  }

  @Override
  public MemorySegment bytes() {
    return memory;
  }

  @Override
  public ByteBuffer buffer() {
    return memory.asByteBuffer();
  }

  @Override
  public int length() {
    return text.length;
  }

  @Override
  public int newlines() {
    return NewlineScan.count(bytes(), 0, text.length);
  }

  @Override
  public long begun() {
    return begun;
  }

  @Override
  public boolean endsMidLine() {
    return text[text.length - 1] != '\n';
  }

  @Override
  public boolean isLast() {
    return last;
  }

  @Override
  public boolean isMarker() {
    return false;
  }

  @Override
  public int moveTo(Fd file, long offset, int length) {
    return (int) Linux.kernel().files().pwrite(file, memory.asSlice(0, length), offset);
  }
}
