package io.lighter.linux;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an eBPF program, one call an instruction. A jump leads to a label that is placed later:
 * programs of ours have no loops. A map is referred to by a name that {@link Bpf#load} resolves.
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

  private final List<String> maps = new ArrayList<>();
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
    load(EbpfSize.WORD, to, from, offset);
  }

  /** {@code to = *(size *) (from + offset)}; what is above it in {@code to} becomes zero. */
  public void load(EbpfSize size, EbpfRegister to, EbpfRegister from, int offset) {
    write(Ebpf.LDX | Ebpf.MEM | size.code(), to, from, checkOffset(offset), 0);
  }

  /** {@code *(size *) (to + offset) = from}. */
  public void store(EbpfSize size, EbpfRegister to, int offset, EbpfRegister from) {
    write(Ebpf.STX | Ebpf.MEM | size.code(), to, from, checkOffset(offset), 0);
  }

  /** {@code *(size *) (to + offset) = value}, with its sign. */
  public void storeValue(EbpfSize size, EbpfRegister to, int offset, int value) {
    write(Ebpf.ST | Ebpf.MEM | size.code(), to, EbpfRegister.R0, checkOffset(offset), value);
  }

  /**
   * {@code register = fetch_add(*(size *) (to + offset), register)}: adds, and returns what was
   * there before, in one step for all processors.
   *
   * @param size WORD or LONG
   */
  public void fetchAdd(EbpfSize size, EbpfRegister to, int offset, EbpfRegister register) {
    int code = Ebpf.STX | Ebpf.ATOMIC | size.code();
    write(code, to, register, checkOffset(offset), Ebpf.FETCH_ADD);
  }

  /**
   * {@code r0 = compare_exchange(*(size *) (to + offset), r0, register)}: stores {@code register}
   * if what is there is what r0 has, and returns what was there. Since Linux 5.12.
   *
   * @param size WORD or LONG
   */
  public void compareExchange(EbpfSize size, EbpfRegister to, int offset, EbpfRegister register) {
    int code = Ebpf.STX | Ebpf.ATOMIC | size.code();
    write(code, to, register, checkOffset(offset), Ebpf.COMPARE_EXCHANGE);
  }

  private static int checkOffset(int offset) {
    if (offset != (short) offset) {
      throw new IllegalArgumentException("an offset of " + offset + " has more than 16 bits");
    }
    return offset;
  }

  /** {@code to = value}, the lower half. */
  public void move(EbpfRegister to, int value) {
    apply32(EbpfOperation.MOVE, to, value);
  }

  /** {@code to = from}, the lower halves. */
  public void copy(EbpfRegister to, EbpfRegister from) {
    apply32(EbpfOperation.MOVE, to, from);
  }

  /** {@code register &= mask}, the lower half. */
  public void and(EbpfRegister register, int mask) {
    apply32(EbpfOperation.AND, register, mask);
  }

  /**
   * {@code register >>= bits}, filled up with zeros, the lower half.
   *
   * @param bits 0 to 31
   */
  public void shiftRight(EbpfRegister register, int bits) {
    apply32(EbpfOperation.SHIFT_RIGHT, register, bits);
  }

  /** {@code register op= value}, with the value's sign. */
  public void apply(EbpfOperation operation, EbpfRegister register, int value) {
    write(Ebpf.ALU64 | operation.code(), register, EbpfRegister.R0, 0, value);
  }

  /** {@code register op= from}. */
  public void apply(EbpfOperation operation, EbpfRegister register, EbpfRegister from) {
    write(Ebpf.ALU64 | Ebpf.X | operation.code(), register, from, 0, 0);
  }

  /** {@code register op= value}, the lower half; the upper one becomes zero. */
  public void apply32(EbpfOperation operation, EbpfRegister register, int value) {
    write(Ebpf.ALU | operation.code(), register, EbpfRegister.R0, 0, value);
  }

  /** {@code register op= from}, the lower halves. */
  public void apply32(EbpfOperation operation, EbpfRegister register, EbpfRegister from) {
    write(Ebpf.ALU | Ebpf.X | operation.code(), register, from, 0, 0);
  }

  /**
   * Changes a register between the order of the machine and that of networks.
   *
   * @param bits 16, 32 or 64, the lower ones; what is above becomes zero
   */
  public void toBigEndian(EbpfRegister register, int bits) {
    write(Ebpf.TO_BIG_ENDIAN, register, EbpfRegister.R0, 0, bits);
  }

  /** {@code to = value}, of 64 bits: two instructions. */
  public void loadConstant(EbpfRegister to, long value) {
    write(Ebpf.LD_IMM64, to, EbpfRegister.R0, 0, (int) value);
    write(0, EbpfRegister.R0, EbpfRegister.R0, 0, (int) (value >>> 32));
  }

  /** {@code to = map}, for a call: two instructions. */
  public void loadMap(EbpfRegister to, String name) {
    if (!maps.contains(name)) {
      maps.add(name);
    }
    int code = Ebpf.LD_IMM64;
    add(Ebpf.instruction(code, to.number(), Ebpf.PSEUDO_MAP_FD, 0, maps.indexOf(name)));
    add(0);
  }

  /** Calls a function of the kernel: r1 to r5 are lost, and r0 has what it returns. */
  public void call(EbpfHelper helper) {
    write(Ebpf.CALL, EbpfRegister.R0, EbpfRegister.R0, 0, helper.number());
  }

  public void jump(Label target) {
    writeJump(Ebpf.JA, EbpfRegister.R0, EbpfRegister.R0, 0, target);
  }

  /** Jumps by the lower half of the register. */
  public void jumpIfEqual(EbpfRegister register, int value, Label target) {
    int code = Ebpf.JMP32 | EbpfCondition.EQUAL.code();
    writeJump(code, register, EbpfRegister.R0, value, target);
  }

  /** Jumps when the lower half of the register has any bit of the mask. */
  public void jumpIfAnyBit(EbpfRegister register, int mask, Label target) {
    int code = Ebpf.JMP32 | EbpfCondition.ANY_BIT.code();
    writeJump(code, register, EbpfRegister.R0, mask, target);
  }

  /** Jumps by a comparison with a constant, with its sign. */
  public void jumpIf(EbpfRegister register, EbpfCondition condition, int value, Label target) {
    writeJump(Ebpf.JMP | condition.code(), register, EbpfRegister.R0, value, target);
  }

  /** Jumps by a comparison of two registers. */
  public void jumpIf(
      EbpfRegister register, EbpfCondition condition, EbpfRegister other, Label target) {
    writeJump(Ebpf.JMP | Ebpf.X | condition.code(), register, other, 0, target);
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
    return new EbpfProgram(Arrays.copyOf(instructions, length), maps);
  }

  private void writeJump(
      int code, EbpfRegister register, EbpfRegister other, int value, Label target) {
    if (target.writer != this) {
      throw new IllegalArgumentException("the label is of another program");
    }
    if (target.position != UNPLACED) {
      throw new IllegalStateException("a jump back, from " + length + " to " + target.position);
    }
    target.addJump(length);
    write(code, register, other, 0, value);
  }

  private void write(int code, EbpfRegister dst, EbpfRegister src, int offset, int immediate) {
    add(Ebpf.instruction(code, dst.number(), src.number(), offset, immediate));
  }

  private void add(long instruction) {
    if (length == instructions.length) {
      instructions = Arrays.copyOf(instructions, 2 * length);
    }
    instructions[length++] = instruction;
  }
}
