package io.lighter.runtime.seccomp;

import io.lighter.linux.ClassicBpf;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.SockFprog;

/** Prints a filter, one instruction a line, in the notation of the kernel's {@code bpf_asm}. */
final class Disassembly {
  private Disassembly() {}

  static String of(SockFprog program) {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < program.length(); line++) {
      String number = Integer.toString(line);
      text.repeat(' ', Math.max(0, 4 - number.length())).append(number).append("  ");
      append(text, line, program.instruction(line));
      text.append('\n');
    }
    return text.toString();
  }

  private static void append(StringBuilder text, int line, long instruction) {
    int k = ClassicBpf.k(instruction);
    switch (ClassicBpf.code(instruction)) {
      case ClassicBpf.LD_W_ABS -> text.append("ld   ").append(field(k));
      case ClassicBpf.AND_K -> text.append("and  ").append(hex(k));
      case ClassicBpf.JA -> text.append("ja   ").append(line + 1 + k);
      case ClassicBpf.JEQ_K -> jump(text, "jeq  ", line, instruction);
      case ClassicBpf.JGE_K -> jump(text, "jge  ", line, instruction);
      case ClassicBpf.JSET_K -> jump(text, "jset ", line, instruction);
      case ClassicBpf.RET_K -> text.append("ret  ").append(ReturnValue.name(k));
      default -> text.append(hex(ClassicBpf.code(instruction))).append(" ?");
    }
  }

  private static void jump(StringBuilder text, String name, int line, long instruction) {
    text.append(name)
        .append(hex(ClassicBpf.k(instruction)))
        .append(", ")
        .append(line + 1 + ClassicBpf.jt(instruction))
        .append(", ")
        .append(line + 1 + ClassicBpf.jf(instruction));
  }

  private static String field(int offset) {
    if (offset == SeccompFilter.DATA_NR) {
      return "nr";
    }
    if (offset == SeccompFilter.DATA_ARCH) {
      return "arch";
    }
    for (int i = 0; i < SeccompFilter.ARGUMENTS; i++) {
      if (offset == SeccompFilter.argumentLow(i)) {
        return "args[" + i + "].low";
      }
      if (offset == SeccompFilter.argumentHigh(i)) {
        return "args[" + i + "].high";
      }
    }
    return "[" + offset + "]";
  }

  private static String hex(int value) {
    return Integer.compareUnsigned(value, 10) < 0
        ? Integer.toString(value)
        : "0x" + Integer.toHexString(value);
  }
}
