package io.lighter.runtime.logs.store;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.logs.NewlineScan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A batch of given bytes that "moves" by writing them; as many as the test lets it. */
final class FakeBatch extends LogBatch {
  private static final int LARGEST = 1 << 20;

  private final MemorySegment memory = Arena.ofAuto().allocate(LARGEST);
  private final ByteBuffer buffer = memory.asByteBuffer();
  private MemorySegment slice = memory;
  private LogStream stream = LogStream.STDOUT;
  private long time;
  private int length;
  private long begun;
  private boolean last;
  private boolean marker;
  private int mostMoved = Integer.MAX_VALUE;
  private Runnable beforeMove = () -> {};

  FakeBatch set(LogStream stream, long time, byte[] bytes) {
    this.stream = stream;
    this.time = time;
    this.length = bytes.length;
    this.begun = 0;
    this.last = false;
    this.marker = false;
    this.mostMoved = Integer.MAX_VALUE;
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, 0, bytes.length);
    return this;
  }

  FakeBatch set(LogStream stream, long time, String text) {
    return set(stream, time, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The first line had that many bytes in earlier batches. */
  FakeBatch begun(long bytes) {
    begun = bytes;
    return this;
  }

  FakeBatch last() {
    last = true;
    return this;
  }

  FakeBatch marker() {
    marker = true;
    return this;
  }

  /** The disk has room for no more than that. */
  FakeBatch moving(int most) {
    mostMoved = most;
    return this;
  }

  /** Does something when the entry is written and the bytes are not. */
  FakeBatch beforeMove(Runnable action) {
    beforeMove = action;
    return this;
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
    return buffer;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int newlines() {
    return NewlineScan.count(memory, 0, length);
  }

  @Override
  public long begun() {
    return begun;
  }

  @Override
  public boolean endsMidLine() {
    return NewlineScan.last(memory, 0, length) != length - 1;
  }

  @Override
  public boolean isLast() {
    return last;
  }

  @Override
  public boolean isMarker() {
    return marker;
  }

  @Override
  public int moveTo(Fd file, long offset, int length) {
    beforeMove.run();
    int moved = Math.min(length, mostMoved);
    if (moved == 0) {
      return 0;
    }
    if (slice.byteSize() != moved) {
      slice = memory.asSlice(0, moved); // and no garbage as long as it is the same size
    }
    return (int) Linux.kernel().files().pwrite(file, slice, offset);
  }
}
