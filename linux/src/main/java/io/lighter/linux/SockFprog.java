package io.lighter.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A classic BPF program as the kernel wants it, {@code struct sock_fprog} with its instructions, in
 * memory outside the heap. It is written once and then handed to {@code seccomp(2)} any number of
 * times, so that a start copies nothing.
 *
 * <p>Immutable, safe for all threads. The memory lives as long as this object is reachable: who
 * passes {@link #address} to the kernel holds on to the object until the call has returned.
 */
public final class SockFprog {
  private static final int SIZE = 16;
  private static final int FILTER = 8;

  private final MemorySegment header;
  private final MemorySegment instructions;

  private SockFprog(MemorySegment header, MemorySegment instructions) {
    this.header = header;
    this.instructions = instructions;
  }

  /**
   * Returns the program of {@code instructions}, each made by {@link ClassicBpf#instruction}.
   *
   * @throws IllegalArgumentException if there are none, or more than {@link
   *     ClassicBpf#BPF_MAXINSNS}
   */
  public static SockFprog of(long... instructions) {
    if (instructions.length == 0 || instructions.length > ClassicBpf.BPF_MAXINSNS) {
      throw new IllegalArgumentException(
          "a BPF program has 1 to "
              + ClassicBpf.BPF_MAXINSNS
              + " instructions, this one has "
              + instructions.length);
    }
    long bytes = (long) instructions.length * ClassicBpf.INSTRUCTION_SIZE;
    // One block, so that the reachability of either segment keeps both alive.
    MemorySegment block = Arena.ofAuto().allocate(SIZE + bytes, 8);
    MemorySegment filter = block.asSlice(SIZE, bytes);
    MemorySegment.copy(instructions, 0, filter, ValueLayout.JAVA_LONG, 0, instructions.length);
    block.set(ValueLayout.JAVA_SHORT, 0, (short) instructions.length);
    block.set(ValueLayout.JAVA_LONG, FILTER, filter.address());
    return new SockFprog(block.asSlice(0, SIZE).asReadOnly(), filter.asReadOnly());
  }

  /** Returns the address of {@code struct sock_fprog}: the last argument of {@code seccomp(2)}. */
  public long address() {
    return header.address();
  }

  /** Returns {@code struct sock_fprog}, read-only. */
  public MemorySegment header() {
    return header;
  }

  /** Returns the instructions, read-only, 8 bytes each. */
  public MemorySegment instructions() {
    return instructions;
  }

  /** Returns the number of instructions. */
  public int length() {
    return (int) (instructions.byteSize() / ClassicBpf.INSTRUCTION_SIZE);
  }

  /** Returns the instruction at {@code index}. */
  public long instruction(int index) {
    return instructions.getAtIndex(ValueLayout.JAVA_LONG, index);
  }
}
