package io.lighter.linux;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An eBPF program, as {@link EbpfWriter} makes it. Immutable. */
public final class EbpfProgram {
  private final long[] instructions;

  /** To which the instructions that load a map refer by their place here. */
  private final List<String> maps;

  EbpfProgram(long[] instructions, List<String> maps) {
    this.instructions = instructions;
    this.maps = List.copyOf(maps);
  }

  /** Returns the number of instructions; one with a constant of 64 bits counts as two. */
  public int length() {
    return instructions.length;
  }

  /** Returns the instruction at {@code index}; {@link Ebpf} takes it apart. */
  public long instruction(int index) {
    return instructions[index];
  }

  /** Returns the names of the maps that it uses, in the order in which they first occur. */
  public List<String> maps() {
    return maps;
  }

  /** Returns a copy of the instructions that refers to maps by their descriptors. */
  long[] linked(Map<String, BpfMap> byName) {
    long[] linked = instructions.clone();
    for (int i = 0; i < linked.length; i++) {
      if (Ebpf.isMap(linked[i])) {
        String name = maps.get(Ebpf.immediate(linked[i]));
        BpfMap map = byName.get(name);
        if (map == null) {
          throw new IllegalArgumentException("the program uses a map that is not given: " + name);
        }
        linked[i] = (linked[i] & 0xFFFF_FFFFL) | (long) map.number() << 32;
      }
      if (Ebpf.isWide(linked[i])) {
        i++;
      }
    }
    return linked;
  }

  /**
   * Returns the program as text, one instruction a line, in the notation of the kernel's verifier;
   * jumps show the lines they lead to.
   */
  public String disassemble() {
    return EbpfDisassembler.disassemble(instructions, maps);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EbpfProgram program
        && Arrays.equals(instructions, program.instructions)
        && maps.equals(program.maps);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(instructions) + maps.hashCode();
  }

  @Override
  public String toString() {
    return "EbpfProgram[" + instructions.length + " instructions]";
  }
}
