package io.lighter.linux;

import java.lang.foreign.MemorySegment;

/**
 * A file that is mapped for reading and writing and shared with whoever else maps it: what is
 * written is in the file at once, even when this process is killed right afterwards.
 *
 * <p>The file must not become shorter than what is mapped: touching what is missing ends the
 * process by SIGBUS. Use it on files in memory of our own making. Closing it while another thread
 * uses the memory crashes the process.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mmap.2.html">mmap(2)</a>
 */
public final class SharedMemory implements AutoCloseable {
  // <asm-generic/mman-common.h>
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 1;

  private final SystemCalls calls;
  private final MemorySegment memory;
  private boolean open = true;

  private SharedMemory(SystemCalls calls, MemorySegment memory) {
    this.calls = calls;
    this.memory = memory;
  }

  /**
   * Maps the beginning of a file.
   *
   * @param size in bytes, at least 1 and at most what the file has
   */
  static SharedMemory map(SystemCalls calls, Fd file, long size) {
    return map(calls, file, 0, size, PROT_READ | PROT_WRITE);
  }

  /**
   * Maps a part of a file for reading only.
   *
   * @param offset a multiple of the size of a page
   */
  static SharedMemory mapReadOnly(SystemCalls calls, Fd file, long offset, long size) {
    SharedMemory mapped = map(calls, file, offset, size, PROT_READ);
    return new SharedMemory(calls, mapped.memory.asReadOnly());
  }

  private static SharedMemory map(
      SystemCalls calls, Fd file, long offset, long size, long protection) {
    int number = file.number();
    long at = calls.call(SystemCall.MMAP, 0, size, protection, MAP_SHARED, number, offset);
    if (Errno.isError(at)) {
      throw LinuxException.of(SystemCall.MMAP, at, 0, size, protection, MAP_SHARED, number, offset);
    }
    return new SharedMemory(calls, MemorySegment.ofAddress(at).reinterpret(size));
  }

  /** Returns the memory, which holds until this is closed. */
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      long size = memory.byteSize();
      calls.call(SystemCall.MUNMAP, memory.address(), size, 0, 0, 0, 0);
    }
  }
}
