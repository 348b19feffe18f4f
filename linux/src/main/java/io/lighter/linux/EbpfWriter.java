package io.lighter.linux;

import java.util.Arrays;

/**
 * Writes an eBPF program, one call an instruction. A jump leads to a label that is placed later:
 * programs of ours have no loops.
 *
 * <p>For one thread.
 */
public final class EbpfWriter {
  private static final int REACH = Short.MAX_VALUE;
  private static final int UNPLACED = -1;

  /** A place that jumps lead to. */
  public static final class Label {
    private final EbpfWriter writer;
    private int position = UNPLACED;
    private int[] jumps = new int[2];
    private int count;

    private Label(EbpfWriter writer) {
      this.writer = writer;
    }

    private void addJump(int from) {
      if (count == jumps.length) {
        jumps = Arrays.copyOf(jumps, 2 * count);
      }
      jumps[count++] = from;
      writer.open++;
    }
  }

  private long[] instructions = new long[32];
  private int length;
  private int open;

  /** Returns a label without a place yet. */
  public Label label() {
    return new Label(this);
  }

  /** Returns how many instructions have been written. */
  public int length() {
    return length;
  }

  /**
   * Gives a label its place: before the instruction that is written next.
   *
   * @throws IllegalStateException when it has one already
   * @throws IllegalArgumentException when a jump to it would skip more than 32767 instructions
   */
  public void place(Label label) {
    if (label.position != UNPLACED) {
      throw new IllegalStateException("the label is placed already, at " + label.position);
    }
    label.position = length;
    for (int i = 0; i < label.count; i++) {
      int from = label.jumps[i];
      int offset = length - from - 1;
      if (offset > REACH) {
        throw new IllegalArgumentException(
            "a jump over " + offset + " instructions; one reaches over " + REACH);
      }
      instructions[from] |= (long) offset << 16;
    }
    open -= label.count;
  }

  /** {@code to = *(u32 *) (from + offset)}; the upper half of {@code to} becomes zero. */
  public void loadWord(EbpfRegister to, EbpfRegister from, int offset) {
    if (offset != (short) offset) {
      throw new IllegalArgumentException("an offset of " + offset + " has more than 16 bits");
    }
    write(Ebpf.LDX_W, to, from, offset, 0);
  }

  /** {@code to = value}. */
  public void move(EbpfRegister to, int value) {
    write(Ebpf.MOV32_K, to, EbpfRegister.R0, 0, value);
  }

  /** {@code to = from}, the lower halves. */
  public void copy(EbpfRegister to, EbpfRegister from) {
    write(Ebpf.MOV32_X, to, from, 0, 0);
  }

  /** {@code register &= mask}. */
  public void and(EbpfRegister register, int mask) {
    write(Ebpf.AND32_K, register, EbpfRegister.R0, 0, mask);
  }

  /**
   * {@code register >>= bits}, filled up with zeros.
   *
   * @param bits 0 to 31
   */
  public void shiftRight(EbpfRegister register, int bits) {
    write(Ebpf.RSH32_K, register, EbpfRegister.R0, 0, bits);
  }

  public void jump(Label target) {
    writeJump(Ebpf.JA, EbpfRegister.R0, 0, target);
  }

  public void jumpIfEqual(EbpfRegister register, int value, Label target) {
    writeJump(Ebpf.JEQ32_K, register, value, target);
  }

  /** Jumps when the register has any bit of the mask. */
  public void jumpIfAnyBit(EbpfRegister register, int mask, Label target) {
    writeJump(Ebpf.JSET32_K, register, mask, target);
  }

  /** Ends the program with what register 0 holds. */
  public void exit() {
    write(Ebpf.EXIT, EbpfRegister.R0, EbpfRegister.R0, 0, 0);
  }

  /**
   * Returns the program.
   *
   * @throws IllegalStateException when a jump leads to a label that was not placed
   */
  public EbpfProgram program() {
    if (open != 0) {
      throw new IllegalStateException(open + " jumps lead to labels that were not placed");
    }
    return new EbpfProgram(Arrays.copyOf(instructions, length));
  }

  private void writeJump(int code, EbpfRegister register, int value, Label target) {
    if (target.writer != this) {
      throw new IllegalArgumentException("the label is of another program");
    }
    if (target.position != UNPLACED) {
      throw new IllegalStateException("a jump back, from " + length + " to " + target.position);
    }
    target.addJump(length);
    write(code, register, EbpfRegister.R0, 0, value);
  }

  private void write(int code, EbpfRegister dst, EbpfRegister src, int offset, int immediate) {
    if (length == instructions.length) {
      instructions = Arrays.copyOf(instructions, 2 * length);
    }
    instructions[length++] = Ebpf.instruction(code, dst.number(), src.number(), offset, immediate);
  }
}
