package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A description of types for the kernel, as small as one can be: a number of four bytes, and so
 * many of them.
 *
 * @see <a href="https://docs.kernel.org/bpf/btf.html">BPF Type Format</a>
 */
final class BpfTypes extends CallGroup {
  /** The id of a u32. */
  static final int NUMBER = 1;

  /** The id of an array of them. */
  static final int NUMBERS = 2;

  private static final short MAGIC = (short) 0xEB9F;

  /** Sizes of {@code struct btf_header}, of a number and of an array. */
  private static final int HEADER = 24;

  private static final int INT_SIZE = 16;
  private static final int ARRAY_SIZE = 24;
  private static final int TYPES = INT_SIZE + ARRAY_SIZE;

  private static final int KIND_INT = 1 << 24;
  private static final int KIND_ARRAY = 3 << 24;

  /** The names, each behind a zero. */
  private static final String NAMES = "\0u32";

  /** Offsets in the part of {@code union bpf_attr} for BPF_BTF_LOAD. */
  private static final int BTF = 0;

  private static final int BTF_SIZE = 16;
  private static final int LOAD_SIZE = 28;

  BpfTypes(SystemCalls calls) {
    super(calls);
  }

  /**
   * Gives the kernel the description.
   *
   * @param size of the array, in bytes, a multiple of four
   */
  Fd load(int size) {
    try (Arena arena = Arena.ofConfined()) {
      int names = NAMES.length() + 1;
      MemorySegment types = arena.allocate(HEADER + TYPES + names, Long.BYTES);
      types.set(JAVA_SHORT, 0, MAGIC);
      types.set(JAVA_BYTE, 2, (byte) 1);
      ints(types, 4, HEADER, 0, TYPES, TYPES, names);
      int bits = Integer.SIZE;
      ints(types, HEADER, 1, KIND_INT, Integer.BYTES, bits);
      int count = size / Integer.BYTES;
      ints(types, HEADER + INT_SIZE, 0, KIND_ARRAY, 0, NUMBER, NUMBER, count);
      types.setString(HEADER + TYPES + 1, NAMES.substring(1), StandardCharsets.US_ASCII);

      MemorySegment attributes = arena.allocate(LOAD_SIZE, Long.BYTES);
      attributes.set(JAVA_LONG, BTF, types.address());
      attributes.set(JAVA_INT, BTF_SIZE, (int) types.byteSize());
      return open(SystemCall.BPF, BpfCommand.BPF_BTF_LOAD, attributes.address(), LOAD_SIZE, 0, 0);
    }
  }

  private static void ints(MemorySegment memory, long at, int... values) {
    MemorySegment.copy(values, 0, memory, JAVA_INT, at, values.length);
  }
}
