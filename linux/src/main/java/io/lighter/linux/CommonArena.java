package io.lighter.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory that a process has in common with its children, also with those born without CLONE_VM,
 * which have copies of all other memory. Thread-safe; to be closed when no child uses it any more.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mmap.2.html">mmap(2)</a>, MAP_SHARED
 */
final class CommonArena implements Arena {
  /** What is asked of the kernel at once, and more for what is larger. */
  private static final long CHUNK = 64 << 10;

  // <asm-generic/mman-common.h>
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED_ANONYMOUS = 0x21;

  private final SystemCalls calls;
  private final Arena lifetime = Arena.ofShared();
  private MemorySegment chunk = MemorySegment.NULL;
  private long used;

  CommonArena(SystemCalls calls) {
    this.calls = calls;
  }

  @Override
  public synchronized MemorySegment allocate(long byteSize, long byteAlignment) {
    long from = -(-used & -byteAlignment); // up to the next; a chunk begins with a page
    if (from + byteSize > chunk.byteSize()) {
      chunk = map(Math.max(CHUNK, byteSize));
      from = 0;
    }
    used = from + byteSize;
    return chunk.asSlice(from, byteSize, byteAlignment);
  }

  private MemorySegment map(long size) {
    long at = calls.call(SystemCall.MMAP, 0, size, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS, -1, 0);
    if (Errno.isError(at)) {
      throw LinuxException.of(
          SystemCall.MMAP, at, 0, size, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS, -1, 0);
    }
    return MemorySegment.ofAddress(at)
        .reinterpret(size, lifetime, memory -> calls.call(SystemCall.MUNMAP, at, size, 0, 0, 0, 0));
  }

  @Override
  public MemorySegment.Scope scope() {
    return lifetime.scope();
  }

  @Override
  public void close() {
    lifetime.close();
  }
}
