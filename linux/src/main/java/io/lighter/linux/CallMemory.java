package io.lighter.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Memory of a thread for the arguments of the call that it is making: two paths, a short string and
 * a struct. What lies here is good until the thread's next call.
 */
final class CallMemory {
  /** PATH_MAX of {@code <linux/limits.h>}, the terminating zero included. */
  static final int PATH_MAX = 4096;

  static final int STRUCT_SIZE = 1024;

  private static final long SECOND = PATH_MAX;
  private static final long STRUCT = 2 * PATH_MAX;

  private static final ThreadLocal<CallMemory> CURRENT = ThreadLocal.withInitial(CallMemory::new);

  private final MemorySegment memory =
      Arena.ofAuto().allocate(2 * PATH_MAX + STRUCT_SIZE, Long.BYTES);
  private final MemorySegment struct = memory.asSlice(STRUCT, STRUCT_SIZE);
  private final long address = memory.address();

  private CallMemory() {}

  static CallMemory get() {
    return CURRENT.get();
  }

  /** Writes a path or name and returns its address. */
  long path(String path) {
    return write(path, 0);
  }

  /** Writes the second path of a call that takes two. */
  long secondPath(String path) {
    return write(path, SECOND);
  }

  /** Returns memory for a struct; its content is undefined. */
  MemorySegment struct() {
    return struct;
  }

  /** Returns memory for a struct whose first bytes are zero. */
  MemorySegment zeroed(int bytes) {
    struct.asSlice(0, bytes).fill((byte) 0);
    return struct;
  }

  long structAddress() {
    return address + STRUCT;
  }

  private long write(String path, long offset) {
    // A zero byte would cut the path short behind the back of every check made on it.
    if (path.indexOf(0) >= 0) {
      throw new IllegalArgumentException("a path holds a NUL byte: " + path.replace('\0', '?'));
    }
    // ASCII is copied without a byte array; a path of PATH_MAX characters is refused before that.
    if (path.length() >= PATH_MAX
        || (path.length() > PATH_MAX / 3
            && path.getBytes(StandardCharsets.UTF_8).length >= PATH_MAX)) {
      throw new IllegalArgumentException(
          "a path of " + path.length() + " characters; the kernel takes 4095 bytes: " + path);
    }
    memory.setString(offset, path);
    return address + offset;
  }
}
