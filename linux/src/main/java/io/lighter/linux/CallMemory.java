package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

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
  private final MemorySegment second = memory.asSlice(SECOND, PATH_MAX);
  private final MemorySegment struct = memory.asSlice(STRUCT, STRUCT_SIZE);
  private final long address = memory.address();

  private static final byte[] PROC_FD = "/proc/self/fd/".getBytes(StandardCharsets.US_ASCII);

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

  /** Returns the place of the second path, for a path that the kernel writes. */
  MemorySegment second() {
    return second;
  }

  /** Writes a path or name of exact bytes and returns its address. */
  long path(Name path) {
    return write(path, 0);
  }

  /** Writes the second path of a call that takes two. */
  long secondPath(Name path) {
    return write(path, SECOND);
  }

  /**
   * Writes the path of a file by its folder's descriptor, {@code /proc/self/fd/N/name}, for calls
   * that take no folder.
   */
  long pathIn(Fd folder, Name name) {
    int prefix = writeFolder(folder);
    checkLength(prefix + name.length(), name);
    name.copyTo(memory, prefix);
    memory.set(JAVA_BYTE, prefix + name.length(), (byte) 0);
    return address;
  }

  /** Writes the path of a descriptor, {@code /proc/self/fd/N}. */
  long pathOf(Fd fd) {
    memory.set(JAVA_BYTE, writeDigits(fd.number()), (byte) 0);
    return address;
  }

  private int writeFolder(Fd folder) {
    if (folder.number() == Fcntl.AT_FDCWD) {
      return 0;
    }
    int end = writeDigits(folder.number());
    memory.set(JAVA_BYTE, end, (byte) '/');
    return end + 1;
  }

  /** Writes {@code /proc/self/fd/N} without a string and returns its length. */
  private int writeDigits(int number) {
    MemorySegment.copy(PROC_FD, 0, memory, JAVA_BYTE, 0, PROC_FD.length);
    int digits = 1;
    for (int rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    int end = PROC_FD.length + digits;
    int rest = number;
    for (int i = end - 1; i >= PROC_FD.length; i--) {
      memory.set(JAVA_BYTE, i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    return end;
  }

  /** Returns a copy of a path that has been written, by its address. */
  static Name copyOf(long path) {
    MemorySegment memory = MemorySegment.ofAddress(path).reinterpret(PATH_MAX);
    int length = 0;
    while (memory.get(JAVA_BYTE, length) != 0) {
      length++;
    }
    return Name.of(memory.asSlice(0, length).toArray(JAVA_BYTE));
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

  private long write(Name path, long offset) {
    int length = path.length();
    checkLength(length, path);
    path.copyTo(memory, offset);
    memory.set(JAVA_BYTE, offset + length, (byte) 0);
    return address + offset;
  }

  private static void checkLength(int length, Name path) {
    if (length >= PATH_MAX) {
      throw new IllegalArgumentException(
          "a path of " + length + " bytes; the kernel takes 4095: " + path);
    }
  }
}
