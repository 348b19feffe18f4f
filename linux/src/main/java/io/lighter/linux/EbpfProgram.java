package io.lighter.linux;

import java.util.Arrays;

/** An eBPF program, as {@link EbpfWriter} makes it. Immutable. */
public final class EbpfProgram {
  private final long[] instructions;

  EbpfProgram(long... instructions) {
    this.instructions = instructions;
  }

  /** Returns the number of instructions. */
  public int length() {
    return instructions.length;
  }

  /** Returns the instruction at {@code index}; {@link Ebpf} takes it apart. */
  public long instruction(int index) {
    return instructions[index];
  }

  long[] instructions() {
    return instructions;
  }

  /**
   * Returns the program as text, one instruction a line, in the notation of the kernel's verifier;
   * jumps show the lines they lead to.
   */
  public String disassemble() {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < instructions.length; line++) {
      String number = Integer.toString(line);
      text.repeat(' ', Math.max(0, 4 - number.length())).append(number).append("  ");
      print(line, instructions[line], text);
      text.append('\n');
    }
    return text.toString();
  }

  private static void print(int line, long instruction, StringBuilder text) {
    int dst = Ebpf.dst(instruction);
    int src = Ebpf.src(instruction);
    int offset = Ebpf.offset(instruction);
    int immediate = Ebpf.immediate(instruction);
    int target = line + 1 + offset;
    switch (Ebpf.code(instruction)) {
      case Ebpf.LDX_W ->
          text.append("r" + dst + " = *(u32 *)(r" + src + (offset < 0 ? " " : " +") + offset + ")");
      case Ebpf.AND32_K -> text.append("w" + dst + " &= " + hex(immediate));
      case Ebpf.RSH32_K -> text.append("w" + dst + " >>= " + immediate);
      case Ebpf.MOV32_K -> text.append("w" + dst + " = " + immediate);
      case Ebpf.MOV32_X -> text.append("w" + dst + " = w" + src);
      case Ebpf.JA -> text.append("goto " + target);
      case Ebpf.JEQ32_K ->
          text.append("if w" + dst + " == " + Integer.toUnsignedString(immediate))
              .append(" goto " + target);
      case Ebpf.JSET32_K -> text.append("if w" + dst + " & " + hex(immediate) + " goto " + target);
      case Ebpf.EXIT -> text.append("exit");
      default -> text.append("0x" + Long.toHexString(instruction) + " ?");
    }
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EbpfProgram program
        && Arrays.equals(instructions, program.instructions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(instructions);
  }

  @Override
  public String toString() {
    return "EbpfProgram[" + instructions.length + " instructions]";
  }
}
