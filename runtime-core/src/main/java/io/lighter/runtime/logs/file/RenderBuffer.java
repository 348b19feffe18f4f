package io.lighter.runtime.logs.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory that lines are rendered into, one for each thread that does: a container that is idle
 * holds none.
 */
final class RenderBuffer {
  /** How much is written at once. */
  static final int SIZE = 1 << 20;

  private static final ThreadLocal<RenderBuffer> OF_THREAD =
      ThreadLocal.withInitial(RenderBuffer::new);

  private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 4096);
  private final UnsafeBuffer target = new UnsafeBuffer(memory.address(), SIZE);
  private final UnsafeBuffer source = new UnsafeBuffer(0, 0);

  private RenderBuffer() {}

  static RenderBuffer get() {
    return OF_THREAD.get();
  }

  /** Returns the memory, to be written. */
  MemorySegment memory() {
    return memory;
  }

  /** Returns the same memory, to be filled. */
  UnsafeBuffer target() {
    return target;
  }

  /** Returns a view of a batch's bytes. */
  UnsafeBuffer over(MemorySegment bytes) {
    if (source.addressOffset() != bytes.address() || source.capacity() != bytes.byteSize()) {
      source.wrap(bytes.address(), (int) bytes.byteSize());
    }
    return source;
  }
}
