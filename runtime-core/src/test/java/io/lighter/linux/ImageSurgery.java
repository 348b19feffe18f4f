package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * A seam that replaces one step of each launch program by another call, to see what is left then.
 */
public final class ImageSurgery implements SystemCalls {
  /** What stands in the step's place. */
  public enum Replacement {
    /** A call that no kernel has: the step fails with ENOSYS. */
    FAILURE,
    /** A call that never returns: whoever waits for the step waits for ever. */
    ENDLESS_WAIT
  }

  private static final long NO_SUCH_CALL = 0xfff;

  private final SystemCalls kernel = Linux.kernel().calls();
  private final Replacement replacement;
  private int step;

  /** Replaces the step of this index. */
  public ImageSurgery(int step, Replacement replacement) {
    this.step = step;
    this.replacement = replacement;
  }

  /** Replaces another step from now on. */
  public void setStep(int index) {
    this.step = index;
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return kernel.call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return kernel.callCritical(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long launch(LaunchImage image) {
    MemorySegment memory =
        MemorySegment.ofAddress(image.firstStep() + (long) step * MachineCode.STEP_SIZE)
            .reinterpret(MachineCode.STEP_SIZE);
    MemorySegment kept = MemorySegment.ofArray(memory.toArray(JAVA_LONG));
    try {
      memory.fill((byte) 0);
      // ppoll of nothing, without a time-out
      memory.set(
          JAVA_LONG,
          MachineCode.STEP_NUMBER,
          replacement == Replacement.FAILURE ? NO_SUCH_CALL : SystemCall.PPOLL.number());
      return kernel.launch(image);
    } finally {
      long result = memory.get(JAVA_LONG, MachineCode.STEP_RESULT);
      memory.copyFrom(kept);
      memory.set(JAVA_LONG, MachineCode.STEP_RESULT, result);
    }
  }
}
