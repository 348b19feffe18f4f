package io.lighter.linux;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The system calls that a new process makes between its birth and its exec, as a list.
 *
 * <p>Between clone and exec no Java can run: the child shares the JVM's memory but has one thread.
 * So what it shall do is written down beforehand, one {@link Step} a call, and a few hundred bytes
 * of machine code walk the list. A program is plain data on the heap: it is built without
 * privileges, printed, counted and compared in tests. {@link LaunchImage} puts it where the child
 * can walk it.
 *
 * <p>An argument of a call is one of
 *
 * <ul>
 *   <li>a number ({@link Integer}, {@link Long}), a {@link Fd};
 *   <li>a string, or a list of strings (argv);
 *   <li>a {@link Struct}, a {@link SockFprog};
 *   <li>an earlier {@link Step}: what that call returned, usually a descriptor;
 *   <li>the {@link Memory} of earlier steps, results and all: to tell another process how they
 *       ended;
 *   <li>a {@link Parameter} or {@link TextParameter}: filled in before each launch, so that one
 *       image serves many starts.
 * </ul>
 *
 * <p>Not thread-safe while it is built; immutable use afterwards is safe from any thread.
 */
public final class LaunchProgram {
  /**
   * A number that a program may give to a descriptor of its own, so that a path in procfs, {@code
   * /proc/self/fd/4095}, is known beforehand. It is well below the soft limit that a JVM gives
   * itself.
   */
  public static final int SPARE_DESCRIPTOR = 4095;

  private final List<Step> steps = new ArrayList<>();
  private final List<Step> view = Collections.unmodifiableList(steps);
  private final List<Parameter> parameters = new ArrayList<>();
  private final MissingCalls missing;

  /** Begins a program for a kernel that has every call. */
  public LaunchProgram() {
    this(MissingCalls.NONE);
  }

  /**
   * Begins a program.
   *
   * @param missing the calls that it does without
   */
  public LaunchProgram(MissingCalls missing) {
    this.missing = missing;
  }

  /** Returns whether the program does without a call, because the kernel has none. */
  public boolean missing(SystemCall call) {
    return missing.contains(call);
  }

  /**
   * Bytes that a call takes by address: words of eight bytes in the machine's order.
   *
   * @param shown how it reads when the call is printed
   * @param words each a number, a string (its address), a byte array (its address), or a list of
   *     strings (the address of an array of their addresses)
   */
  public record Struct(String shown, List<Object> words) {
    public Struct {
      words = List.copyOf(words);
    }

    /** Makes a struct of words. */
    public static Struct of(String shown, Object... words) {
      return new Struct(shown, List.of(words));
    }
  }

  /**
   * The memory of steps that stand one behind the other, as {@link StepResults} reads it.
   *
   * @param first the first of them
   */
  public record Memory(Step first) {}

  /** A number that is set before each launch. */
  public static final class Parameter {
    private final String name;
    private final int index;

    private Parameter(String name, int index) {
      this.name = name;
      this.index = index;
    }

    int index() {
      return index;
    }

    @Override
    public String toString() {
      return "<" + name + ">";
    }
  }

  /**
   * A string that is set before each launch.
   *
   * @param name what it is, for {@link #explain()}
   * @param capacity the most bytes that it may have, without the terminating zero
   */
  public record TextParameter(String name, int capacity) {
    @Override
    public String toString() {
      return "<" + name + ">";
    }
  }

  /**
   * Adds what closes every descriptor from a number on: close_range, or where that is missing one
   * close after the other up to {@link #SPARE_DESCRIPTOR}. {@link Processes#launch} refuses a
   * process with descriptors beyond that then.
   */
  public void closeFrom(int first) {
    if (!missing(SystemCall.CLOSE_RANGE)) {
      call(SystemCall.CLOSE_RANGE, first, -1, 0);
      return;
    }
    for (int number = first; number <= SPARE_DESCRIPTOR; number++) {
      call(SystemCall.CLOSE, number).tolerate(Errno.EBADF);
    }
  }

  /** Returns whether the program counts on no descriptor from {@link #SPARE_DESCRIPTOR} on. */
  boolean usesSpareDescriptor() {
    return missing(SystemCall.CLOSE_RANGE) || missing(SystemCall.MOUNT_SETATTR);
  }

  /** Adds a call; it must succeed, or the launch fails, unless the step is told otherwise. */
  public Step call(SystemCall call, Object... arguments) {
    if (arguments.length > call.arguments().size()) {
      throw new IllegalArgumentException(
          call + " takes " + call.arguments().size() + " arguments, not " + arguments.length);
    }
    for (Object argument : arguments) {
      checkKind(call, argument);
    }
    Step step = new Step(steps.size(), call, List.of(arguments));
    steps.add(step);
    return step;
  }

  private void checkKind(SystemCall call, Object argument) {
    boolean known =
        switch (argument) {
          case Integer i -> true;
          case Long l -> true;
          case String s -> true;
          case Fd fd -> true;
          case Struct struct -> true;
          case SockFprog filter -> true;
          case TextParameter text -> true;
          case List<?> list -> list.stream().allMatch(String.class::isInstance);
          case Step step -> isMine(step);
          case Memory memory -> isMine(memory.first());
          case Parameter parameter ->
              parameter.index < parameters.size() && parameters.get(parameter.index) == parameter;
          default -> false;
        };
    if (!known) {
      throw new IllegalArgumentException(
          call + " cannot take " + argument + " (" + argument.getClass().getName() + ")");
    }
  }

  private boolean isMine(Step step) {
    return step.index() < steps.size() && steps.get(step.index()) == step;
  }

  /** Declares a number that is set before each launch. */
  public Parameter parameter(String name) {
    Parameter parameter = new Parameter(name, parameters.size());
    parameters.add(parameter);
    return parameter;
  }

  /** Returns the steps in order. */
  public List<Step> steps() {
    return view;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Returns the program as text, one call a line as strace prints them; {@code $n} is what the call
   * in line n returned.
   */
  public String explain() {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      String line = Integer.toString(step.index() + 1);
      text.append(" ".repeat(Math.max(0, 3 - line.length()))).append(line).append("  ");
      step.print(text);
      text.append('\n');
    }
    return text.toString();
  }
}
