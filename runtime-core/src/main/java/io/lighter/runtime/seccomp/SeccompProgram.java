package io.lighter.runtime.seccomp;

import io.lighter.linux.SockFprog;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A compiled filter, ready for {@code seccomp(2)}. Immutable, safe for all threads.
 *
 * <p>The instructions stand outside the heap as the kernel reads them, so that a start copies
 * nothing: pass {@link SockFprog#address} of {@link #program} and hold on to this object until the
 * call has returned.
 */
public final class SeccompProgram {
  private final SockFprog program;
  private final int flags;
  private final boolean notifying;
  private final List<String> unknownCalls;

  SeccompProgram(SockFprog program, int flags, boolean notifying, List<String> unknownCalls) {
    this.program = program;
    this.flags = flags;
    this.notifying = notifying;
    this.unknownCalls = List.copyOf(unknownCalls);
  }

  /** Returns the program as {@code seccomp(2)} takes it. */
  public SockFprog program() {
    return program;
  }

  /** Returns the number of instructions, 1 to 4096. */
  public int length() {
    return program.length();
  }

  /** Returns the flags for {@code seccomp(2)}, {@code SECCOMP_FILTER_FLAG_*}. */
  public int flags() {
    return flags;
  }

  /**
   * Returns whether some calls go to a listener. The flags then ask for its descriptor, which
   * {@code seccomp(2)} returns.
   */
  public boolean notifiesListener() {
    return notifying;
  }

  /**
   * Returns the names in the profile that no architecture has as of Linux 6.18: newer calls, or
   * typing errors. Their rules had no effect.
   */
  public List<String> unknownCalls() {
    return unknownCalls;
  }

  /** Writes the instructions, 8 bytes each, from {@code offset} on. */
  public void writeTo(MemorySegment target, long offset) {
    MemorySegment instructions = program.instructions();
    MemorySegment.copy(instructions, 0, target, offset, instructions.byteSize());
  }

  /** Returns the instructions, 8 bytes each: what a file for {@code bpf_dbg} or a tool holds. */
  public byte[] toBytes() {
    return program.instructions().toArray(ValueLayout.JAVA_BYTE);
  }

  /** Returns the program as text, one instruction a line; jumps show the lines they lead to. */
  public String disassemble() {
    return Disassembly.of(program);
  }

  @Override
  public String toString() {
    return "SeccompProgram["
        + length()
        + " instructions, flags 0x"
        + Integer.toHexString(flags)
        + "]";
  }
}
