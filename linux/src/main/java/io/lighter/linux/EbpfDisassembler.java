package io.lighter.linux;

import java.util.List;
import java.util.Locale;

/** Prints instructions in the notation of the kernel's verifier, {@code kernel/bpf/disasm.c}. */
final class EbpfDisassembler {
  private static final String UNKNOWN = " ?";

  private final List<String> maps;
  private final StringBuilder text = new StringBuilder();

  private EbpfDisassembler(List<String> maps) {
    this.maps = maps;
  }

  static String disassemble(long[] instructions, List<String> maps) {
    EbpfDisassembler disassembler = new EbpfDisassembler(maps);
    for (int line = 0; line < instructions.length; line++) {
      long instruction = instructions[line];
      disassembler.number(line);
      if (Ebpf.isWide(instruction) && line + 1 < instructions.length) {
        line++;
        disassembler.wide(instruction, instructions[line]);
      } else {
        disassembler.print(line, instruction);
      }
      disassembler.text.append('\n');
    }
    return disassembler.text.toString();
  }

  private void number(int line) {
    String number = Integer.toString(line);
    text.repeat(' ', Math.max(0, 4 - number.length())).append(number).append("  ");
  }

  private void wide(long first, long second) {
    text.append("r").append(Ebpf.dst(first)).append(" = ");
    int immediate = Ebpf.immediate(first);
    if (Ebpf.isMap(first)) {
      text.append("map[").append(immediate < maps.size() ? maps.get(immediate) : immediate);
      text.append("]");
    } else {
      long value = Ebpf.immediate(second) * (1L << 32) | Integer.toUnsignedLong(immediate);
      text.append("0x").append(Long.toHexString(value)).append(" ll");
    }
  }

  private void print(int line, long instruction) {
    int code = Ebpf.code(instruction);
    switch (code & Ebpf.CLASS_MASK) {
      case Ebpf.LDX, Ebpf.ST, Ebpf.STX -> memory(instruction);
      case Ebpf.ALU, Ebpf.ALU64 -> operation(instruction);
      case Ebpf.JMP, Ebpf.JMP32 -> jump(line, instruction);
      default -> unknown(instruction);
    }
  }

  private void memory(long instruction) {
    int code = Ebpf.code(instruction);
    int kind = code & Ebpf.CLASS_MASK;
    int pointer = kind == Ebpf.LDX ? Ebpf.src(instruction) : Ebpf.dst(instruction);
    int offset = Ebpf.offset(instruction);
    EbpfSize size = EbpfSize.of(code);
    String place = "(" + size + " *)(r" + pointer + (offset < 0 ? " " : " +") + offset + ")";
    String src = "r" + Ebpf.src(instruction);
    switch (code & Ebpf.MODE_MASK) {
      case Ebpf.MEM -> {
        switch (kind) {
          case Ebpf.LDX -> text.append("r" + Ebpf.dst(instruction) + " = *" + place);
          case Ebpf.ST -> text.append("*" + place + " = " + Ebpf.immediate(instruction));
          default -> text.append("*" + place + " = " + src);
        }
      }
      case Ebpf.ATOMIC -> atomic(instruction, (size == EbpfSize.LONG ? "64" : ""), place, src);
      default -> unknown(instruction);
    }
  }

  private void atomic(long instruction, String width, String place, String src) {
    switch (Ebpf.immediate(instruction)) {
      case Ebpf.FETCH_ADD ->
          text.append(src + " = atomic" + width + "_fetch_add(" + place + ", " + src + ")");
      case Ebpf.COMPARE_EXCHANGE ->
          text.append("r0 = atomic" + width + "_cmpxchg(" + place + ", r0, " + src + ")");
      default -> unknown(instruction);
    }
  }

  private void operation(long instruction) {
    int code = Ebpf.code(instruction);
    int dst = Ebpf.dst(instruction);
    int immediate = Ebpf.immediate(instruction);
    String registers = (code & Ebpf.CLASS_MASK) == Ebpf.ALU ? "w" : "r";
    EbpfOperation operation = EbpfOperation.of(code);
    if (code == Ebpf.TO_BIG_ENDIAN) {
      text.append("r" + dst + " = be" + immediate + " r" + dst);
    } else if (operation == null) {
      unknown(instruction);
    } else if ((code & Ebpf.X) != 0) {
      text.append(registers + dst + " " + operation + " " + registers + Ebpf.src(instruction));
    } else {
      text.append(registers + dst + " " + operation + " ");
      text.append(isMask(operation) ? hex(immediate) : Integer.toString(immediate));
    }
  }

  private static boolean isMask(EbpfOperation operation) {
    return operation == EbpfOperation.AND
        || operation == EbpfOperation.OR
        || operation == EbpfOperation.XOR;
  }

  private void jump(int line, long instruction) {
    int code = Ebpf.code(instruction);
    int target = line + 1 + Ebpf.offset(instruction);
    EbpfCondition condition = EbpfCondition.of(code);
    if (code == Ebpf.JA) {
      text.append("goto " + target);
    } else if (code == Ebpf.EXIT) {
      text.append("exit");
    } else if (code == Ebpf.CALL) {
      text.append("call " + helper(Ebpf.immediate(instruction)));
    } else if (condition == null) {
      unknown(instruction);
    } else {
      String registers = (code & Ebpf.CLASS_MASK) == Ebpf.JMP32 ? "w" : "r";
      text.append("if " + registers + Ebpf.dst(instruction) + " " + condition + " ");
      text.append(
          (code & Ebpf.X) != 0
              ? registers + Ebpf.src(instruction)
              : compared(condition, Ebpf.immediate(instruction)));
      text.append(" goto " + target);
    }
  }

  private static String compared(EbpfCondition condition, int value) {
    return condition == EbpfCondition.ANY_BIT ? hex(value) : Integer.toUnsignedString(value);
  }

  private static String helper(int number) {
    EbpfHelper helper = EbpfHelper.of(number);
    return (helper == null ? "?" : "bpf_" + helper.name().toLowerCase(Locale.ROOT)) + "#" + number;
  }

  private void unknown(long instruction) {
    text.append("0x" + Long.toHexString(instruction) + UNKNOWN);
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }
}
