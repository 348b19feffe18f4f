package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * What became of steps of a launch program, told by the child itself to a process that does not
 * share its memory: a copy of the memory of those steps.
 *
 * @param memory the bytes that the child wrote, a whole number of steps
 * @see LaunchProgram.Memory
 */
public record StepResults(MemorySegment memory) {
  public StepResults {
    if (memory.byteSize() == 0 || memory.byteSize() % MachineCode.STEP_SIZE != 0) {
      throw new IllegalArgumentException(memory.byteSize() + " bytes are not those of steps");
    }
  }

  /** Returns how many bytes the memory of some steps has. */
  public static int bytes(int steps) {
    return Math.multiplyExact(steps, MachineCode.STEP_SIZE);
  }

  /** Returns how many steps these are. */
  public int size() {
    return (int) (memory.byteSize() / MachineCode.STEP_SIZE);
  }

  /** Returns the raw result of a step, from 0: a negative error number where it failed. */
  public long result(int step) {
    return memory.get(
        JAVA_LONG_UNALIGNED, (long) step * MachineCode.STEP_SIZE + MachineCode.STEP_RESULT);
  }
}
