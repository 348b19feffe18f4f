package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LaunchProgram} in off-heap memory, as the child walks it, with the arguments of its
 * birth, the child's stack and the place where the child says how far it got.
 *
 * <p>The memory must outlive the child's exec, because the child shares it. One thread at a time
 * may launch an image; the same image may be launched any number of times, one after the other.
 */
public final class LaunchImage {
  /** The child's stack is never used by the program; a signal's frame needs no more than this. */
  private static final int STACK_SIZE = 16 * 1024;

  /**
   * The call that makes the child, with its arguments.
   *
   * @param call clone3 or clone
   */
  record Birth(SystemCall call, long first, long second, long third) {}

  private final LaunchProgram program;
  private final @Nullable OldBirth oldBirth;
  private final Birth birth;
  private final MemorySegment cloneArguments;
  private final MemorySegment child;
  private final MemorySegment mask;
  private final MemorySegment progress;
  private final MemorySegment parameters;
  private final MemorySegment steps;
  private final ImageWriter writer;
  private @Nullable MemorySegment oldCgroup;

  /** How many steps stand before those of the program. */
  private final int first;

  /**
   * Lays a program out.
   *
   * @param cloneFlags CLONE_ bits of {@link Sched}: the namespaces and more; CLONE_PIDFD and
   *     CLONE_PARENT_SETTID are added
   * @param arena holds the memory; without CLONE_VM one of {@link Processes#launchArena}; closing
   *     it while a child runs the program would crash the child
   */
  public LaunchImage(LaunchProgram program, long cloneFlags, Arena arena) {
    this.program = program;
    mask = arena.allocate(Long.BYTES, Long.BYTES);
    oldBirth = program.missing(SystemCall.CLONE3) ? new OldBirth(mask.address()) : null;
    first = oldBirth == null ? 0 : oldBirth.program().steps().size();
    int stepBytes = (first + program.steps().size()) * MachineCode.STEP_SIZE;
    cloneArguments = arena.allocate(CloneArguments.SIZE, Long.BYTES);
    child = arena.allocate(Long.BYTES, Long.BYTES);
    progress = arena.allocate(Long.BYTES, Long.BYTES);
    parameters = arena.allocate((program.parameters().size() + 1) * 8L, Long.BYTES);
    steps = arena.allocate(Math.max(stepBytes, MachineCode.STEP_SIZE), 64).asSlice(0, stepBytes);
    MemorySegment stack = arena.allocate(STACK_SIZE, 16);
    CloneArguments.write(cloneArguments, cloneFlags, child, stack, Signals.SIGCHLD);
    long ownSteps = steps.address() + (long) first * MachineCode.STEP_SIZE;
    writer = new ImageWriter(arena, ownSteps, parameters.address());
    for (Step step : program.steps()) {
      writer.write(step, stepAt(first + step.index()));
    }
    if (oldBirth == null) {
      birth = new Birth(SystemCall.CLONE3, cloneArguments.address(), CloneArguments.SIZE, 0);
    } else {
      oldCgroup = arena.allocate(Long.BYTES, Long.BYTES);
      oldCgroup.set(JAVA_LONG, 0, OldBirth.NO_CGROUP);
      ImageWriter early = new ImageWriter(arena, steps.address(), oldCgroup.address());
      for (Step step : oldBirth.program().steps()) {
        early.write(step, stepAt(step.index()));
      }
      // The flags of clone are 32 bits, the lowest eight the signal; its stack is the end of ours.
      long flags = ((cloneFlags | Sched.CLONE_PIDFD) & 0xffffffffL) | Signals.SIGCHLD;
      long top = stack.address() + stack.byteSize();
      birth = new Birth(SystemCall.CLONE, flags, top, child.address());
    }
  }

  private MemorySegment stepAt(int index) {
    return steps.asSlice((long) index * MachineCode.STEP_SIZE, MachineCode.STEP_SIZE);
  }

  /** Sets a number for the next launch. */
  public void set(LaunchProgram.Parameter parameter, long value) {
    parameters.setAtIndex(JAVA_LONG, parameter.index(), value);
  }

  /** Sets a descriptor for the next launch; it must stay open until then. */
  public void set(LaunchProgram.Parameter parameter, Fd value) {
    set(parameter, value.number());
  }

  /**
   * Sets a string for the next launch.
   *
   * @return its length in bytes
   * @throws IllegalArgumentException when it is longer than the parameter's capacity
   */
  public int set(LaunchProgram.TextParameter parameter, String value) {
    return writer.setText(parameter, value);
  }

  /** Lets the children of the next launches be born in this cgroup. Linux 5.7. */
  public void bornIn(Fd cgroup) {
    if (oldCgroup != null) {
      oldCgroup.set(JAVA_LONG, 0, cgroup.number());
    } else {
      CloneArguments.setCgroup(cloneArguments, cgroup.number());
    }
  }

  /** Forgets what the last launch left behind. Every launch begins with it. */
  public void reset() {
    CloneArguments.forgetChild(child);
    progress.set(JAVA_LONG, 0, steps.address());
    for (long at = MachineCode.STEP_RESULT; at < steps.byteSize(); at += MachineCode.STEP_SIZE) {
      steps.set(JAVA_LONG, at, 0);
    }
  }

  /** Returns the program. */
  public LaunchProgram program() {
    return program;
  }

  /**
   * Returns the step at which the child stands, from 0; the number of steps when it ran out, and a
   * negative number before the first.
   */
  public int position() {
    return (int) ((progress.get(JAVA_LONG, 0) - steps.address()) / MachineCode.STEP_SIZE) - first;
  }

  /** Returns the raw result of a step in the last launch: 0 when it was not reached. */
  public long result(Step step) {
    return steps.get(
        JAVA_LONG, (first + (long) step.index()) * MachineCode.STEP_SIZE + MachineCode.STEP_RESULT);
  }

  /**
   * Returns why the last launch did not reach its exec, or null when it did. Meaningful once the
   * launch has returned (CLONE_VFORK) or the child has ended.
   */
  public @Nullable LaunchFailure failure() {
    int position = position();
    if (oldBirth != null && position < 0) {
      Step step = oldBirth.program().steps().get(position + first);
      MemorySegment memory = stepAt(position + first);
      int errno = (int) -memory.get(JAVA_LONG, MachineCode.STEP_RESULT);
      return new LaunchFailure(0, program.steps().size(), print(step, memory), errno);
    }
    if (position >= program.steps().size()) {
      position = lastExec();
    }
    if (position < 0) {
      int size = program.steps().size();
      return new LaunchFailure(size, size, "end of the program", 0);
    }
    Step step = program.steps().get(position);
    long result = result(step);
    if (Errno.isError(result)) {
      return new LaunchFailure(position + 1, program.steps().size(), print(step), (int) -result);
    }
    if (!isExec(step)) {
      return new LaunchFailure(position + 1, program.steps().size(), print(step), 0);
    }
    return null;
  }

  /** A program that goes on after its last exec has failed to run what it was made for. */
  private int lastExec() {
    for (int i = program.steps().size() - 1; i >= 0; i--) {
      if (isExec(program.steps().get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isExec(Step step) {
    return step.call() == SystemCall.EXECVE || step.call() == SystemCall.EXECVEAT;
  }

  /** Prints a step with the values that it really had. */
  private String print(Step step) {
    return print(step, stepAt(first + step.index()));
  }

  private static String print(Step step, MemorySegment memory) {
    int indirect = Short.toUnsignedInt(memory.get(ImageWriter.SHORT, MachineCode.STEP_INDIRECT));
    StringBuilder text = new StringBuilder(step.call().toString()).append('(');
    for (int i = 0; i < step.arguments().size(); i++) {
      text.append(i == 0 ? "" : ", ");
      Object argument = step.arguments().get(i);
      if (argument instanceof LaunchProgram.Struct struct) {
        text.append('{').append(struct.shown()).append('}');
        continue;
      } else if (argument instanceof SockFprog filter) {
        text.append("{").append(filter.length()).append(" BPF instructions}");
        continue;
      }
      long value = memory.get(JAVA_LONG, MachineCode.STEP_ARGUMENTS + 8L * i);
      if ((indirect & (1 << i)) != 0) {
        value = MemorySegment.ofAddress(value).reinterpret(8).get(JAVA_LONG, 0);
      }
      step.call().arguments().get(i).print(value, text);
    }
    return text.append(')').toString();
  }

  int pidFd() {
    return CloneArguments.pidFd(child);
  }

  /** The child's process id in the launching thread's pid namespace; 0 before it is born. */
  int pid() {
    return CloneArguments.pid(child);
  }

  Birth birth() {
    return birth;
  }

  /** Returns where the mask of the launching thread is kept for the child, born by clone. */
  long mask() {
    return mask.address();
  }

  /** Returns where a step of the program lies. */
  long addressOf(int index) {
    return stepAt(first + index).address();
  }

  long firstStep() {
    return steps.address();
  }

  long endOfSteps() {
    return steps.address() + steps.byteSize();
  }

  long progress() {
    return progress.address();
  }
}
