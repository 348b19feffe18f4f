package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.LaunchProgram.Memory;
import io.lighter.linux.LaunchProgram.Struct;
import io.lighter.linux.LaunchProgram.TextParameter;
import io.lighter.linux.Step;
import io.lighter.linux.StepResults;
import io.lighter.linux.SystemCall;
import java.util.ArrayList;
import java.util.List;

/**
 * The child's side of a {@link Rendezvous}: it writes a byte where it has come to a gate, and reads
 * one when it may go on.
 *
 * <p>The descriptor that it writes to is its own alone, opened by itself, so that the end of it
 * says for certain that the exec has succeeded or the child has ended.
 */
final class GatePlan {
  private static final int PATH_CAPACITY = 4095;

  private final LaunchProgram program;
  private final TextParameter toInit = new TextParameter("to-init", PATH_CAPACITY);
  private final TextParameter fromInit = new TextParameter("from-init", PATH_CAPACITY);
  private final List<Gate> gates = new ArrayList<>();
  private Object from;
  private Object to;

  /** Adds the steps that open both pipes; the child must still be in the host's root. */
  GatePlan(LaunchProgram program) {
    this.program = program;
    from = PathSteps.openOnHost(program, fromInit, O_WRONLY);
    // For both: opening it waits for nobody, and it never ends while the child waits.
    to = PathSteps.openOnHost(program, toInit, O_RDWR);
  }

  TextParameter toInit() {
    return toInit;
  }

  TextParameter fromInit() {
    return fromInit;
  }

  List<Gate> gates() {
    return gates;
  }

  /** Adds the steps of a gate. */
  void add(Gate gate) {
    gates.add(gate);
    program.call(SystemCall.WRITE, from, Rendezvous.HERE, 1);
    program.call(SystemCall.READ, to, Struct.of("one byte", 0L), 1);
  }

  /**
   * Adds the steps that move both pipes to the first free numbers, so that all behind them can be
   * closed.
   *
   * @param first the first number that is free
   * @return the first number that is free now
   */
  int moveTo(int first) {
    // Out of the way first: either may have the number that the other shall get.
    Step highFrom = program.call(SystemCall.FCNTL, from, F_DUPFD_CLOEXEC, first + 2);
    Step highTo = program.call(SystemCall.FCNTL, to, F_DUPFD_CLOEXEC, first + 2);
    program.call(SystemCall.DUP3, highFrom, first, O_CLOEXEC);
    program.call(SystemCall.DUP3, highTo, first + 1, O_CLOEXEC);
    from = first;
    to = first + 1;
    return first + 2;
  }

  /** Adds the step that tells how the execs failed, when they have. */
  void tellFailure(List<Step> execs) {
    int told = Math.min(execs.size(), Rendezvous.MAX_TOLD);
    program.call(
        SystemCall.WRITE,
        from,
        new Memory(execs.get(execs.size() - told)),
        StepResults.bytes(told));
  }
}
