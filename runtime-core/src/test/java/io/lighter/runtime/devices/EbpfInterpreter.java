package io.lighter.runtime.devices;

import io.lighter.linux.EbpfProgram;

/**
 * Runs a device program as the kernel would, from the bare words, and checks on the way what the
 * kernel's verifier checks: it shares no constant with what writes programs.
 */
final class EbpfInterpreter {
  private static final int CONTEXT = 1;
  private static final long CONTEXT_ADDRESS = 0xFFFF_8880_1234_5678L;

  private final long[] words;
  private final boolean[] reached;
  private int longest;

  EbpfInterpreter(EbpfProgram program) {
    words = new long[program.length()];
    for (int i = 0; i < words.length; i++) {
      words[i] = program.instruction(i);
    }
    reached = new boolean[words.length];
    reach(0);
  }

  /** Follows every way, as the verifier does; what no way leads to it refuses. */
  private void reach(int from) {
    for (int at = from; ; at++) {
      require(at < words.length, at, "runs off the end");
      if (reached[at]) {
        return;
      }
      reached[at] = true;
      int target = at + 1 + (short) (words[at] >>> 16);
      switch ((int) words[at] & 0xFF) {
        case 0x95 -> {
          return;
        }
        case 0x05 -> {
          require(target > at, at, "jumps back");
          at = target - 1;
        }
        case 0x16, 0x46 -> {
          require(target > at, at, "jumps back");
          reach(target);
        }
        default -> {}
      }
    }
  }

  boolean reachesAll() {
    for (boolean one : reached) {
      if (!one) {
        return false;
      }
    }
    return true;
  }

  /** The most instructions that a run took so far. */
  int longest() {
    return longest;
  }

  boolean passes(int access, int type, int major, int minor) {
    int[] context = {access << 16 | type, major, minor};
    long[] registers = new long[11];
    boolean[] set = new boolean[11];
    registers[CONTEXT] = CONTEXT_ADDRESS;
    set[CONTEXT] = true;
    int steps = 0;
    int at = 0;
    while (true) {
      steps++;
      long word = words[at];
      int dst = (int) (word >>> 8) & 0xF;
      int src = (int) (word >>> 12) & 0xF;
      int offset = (short) (word >>> 16);
      int immediate = (int) (word >>> 32);
      int low = (int) registers[dst];
      switch ((int) word & 0xFF) {
        case 0x61 -> {
          require(registers[src] == CONTEXT_ADDRESS && set[src], at, "loads from elsewhere");
          require(offset == 0 || offset == 4 || offset == 8, at, "loads no field");
          registers[dst] = Integer.toUnsignedLong(context[offset / 4]);
          set[dst] = true;
        }
        case 0x54 -> {
          require(set[dst], at, "reads what was never set");
          registers[dst] = Integer.toUnsignedLong(low & immediate);
        }
        case 0x74 -> {
          require(set[dst] && immediate >= 0 && immediate < 32, at, "shifts badly");
          registers[dst] = Integer.toUnsignedLong(low >>> immediate);
        }
        case 0xb4 -> {
          registers[dst] = Integer.toUnsignedLong(immediate);
          set[dst] = true;
        }
        case 0xbc -> {
          require(set[src], at, "reads what was never set");
          registers[dst] = Integer.toUnsignedLong((int) registers[src]);
          set[dst] = true;
        }
        case 0x05 -> at += offset;
        case 0x16 -> {
          require(set[dst], at, "reads what was never set");
          at += low == immediate ? offset : 0;
        }
        case 0x46 -> {
          require(set[dst], at, "reads what was never set");
          at += (low & immediate) != 0 ? offset : 0;
        }
        case 0x95 -> {
          require(
              set[0] && (registers[0] == 0 || registers[0] == 1), at, "returns neither 0 nor 1");
          longest = Math.max(longest, steps);
          return registers[0] == 1;
        }
        default -> throw new AssertionError("unknown instruction at " + at);
      }
      at++;
    }
  }

  private static void require(boolean holds, int at, String what) {
    if (!holds) {
      throw new AssertionError("instruction " + at + " " + what);
    }
  }
}
