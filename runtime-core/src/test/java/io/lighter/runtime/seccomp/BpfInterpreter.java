package io.lighter.runtime.seccomp;

import io.lighter.linux.ClassicBpf;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.SockFprog;
import io.lighter.linux.SystemCallAbi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Runs a filter as the kernel would, counting its steps. Checks what the kernel's verifier does.
 */
final class BpfInterpreter {
  /** What the filter returned, and after how many instructions. */
  record Result(int value, int steps, boolean lookedAtArguments) {}

  private final long[] program;

  BpfInterpreter(SockFprog program) {
    this.program = new long[program.length()];
    for (int i = 0; i < this.program.length; i++) {
      this.program[i] = program.instruction(i);
    }
  }

  Result run(SystemCallAbi abi, int number, long... arguments) {
    ByteBuffer data = ByteBuffer.allocate(SeccompFilter.DATA_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(number).putInt(abi.auditArchitecture()).putLong(0x7FFF12345678L);
    for (long argument : arguments) {
      data.putLong(argument);
    }
    return run(data);
  }

  private Result run(ByteBuffer data) {
    int accumulator = 0;
    int at = 0;
    boolean arguments = false;
    for (int steps = 1; ; steps++) {
      long instruction = program[at++];
      int k = ClassicBpf.k(instruction);
      switch (ClassicBpf.code(instruction)) {
        case ClassicBpf.RET_K -> {
          return new Result(k, steps, arguments);
        }
        case ClassicBpf.LD_W_ABS -> {
          if (k < 0 || k % 4 != 0 || k >= SeccompFilter.DATA_SIZE) {
            throw new IllegalStateException("load from " + k);
          }
          arguments |= k > SeccompFilter.DATA_ARCH;
          accumulator = data.getInt(k);
        }
        case ClassicBpf.AND_K -> accumulator &= k;
        case ClassicBpf.JA -> at += k;
        case ClassicBpf.JEQ_K -> at += skip(instruction, accumulator == k);
        case ClassicBpf.JGE_K ->
            at += skip(instruction, Integer.compareUnsigned(accumulator, k) >= 0);
        case ClassicBpf.JSET_K -> at += skip(instruction, (accumulator & k) != 0);
        default -> throw new IllegalStateException("code " + ClassicBpf.code(instruction));
      }
    }
  }

  private static int skip(long instruction, boolean condition) {
    return condition ? ClassicBpf.jt(instruction) : ClassicBpf.jf(instruction);
  }

  /** The instructions on the longest way through the program, whether a call can take it or not. */
  int longestPath() {
    int[] longest = new int[program.length];
    for (int i = program.length - 1; i >= 0; i--) {
      long instruction = program[i];
      longest[i] =
          1
              + switch (ClassicBpf.code(instruction)) {
                case ClassicBpf.RET_K -> 0;
                case ClassicBpf.LD_W_ABS, ClassicBpf.AND_K -> longest[i + 1];
                case ClassicBpf.JA -> longest[i + 1 + ClassicBpf.k(instruction)];
                default ->
                    Math.max(
                        longest[i + 1 + ClassicBpf.jt(instruction)],
                        longest[i + 1 + ClassicBpf.jf(instruction)]);
              };
    }
    return longest[0];
  }
}
