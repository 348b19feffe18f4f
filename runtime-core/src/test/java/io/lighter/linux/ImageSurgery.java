package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A seam that replaces one step of each launch program by another call, to see what is left then.
 * Each thread has its own step.
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
  private final ThreadLocal<Integer> step = ThreadLocal.withInitial(() -> 0);

  /** Replaces the first step, until a thread names another. */
  public ImageSurgery(Replacement replacement) {
    this.replacement = replacement;
  }

  /** Replaces the step of this index in what the calling thread launches. */
  public void setStep(int index) {
    step.set(index);
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
    Objects.checkIndex(step.get(), image.program().steps().size());
    MemorySegment memory =
        MemorySegment.ofAddress(image.addressOf(step.get())).reinterpret(MachineCode.STEP_SIZE);
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

  @Override
  public MissingCalls missing() {
    return kernel.missing();
  }
}
