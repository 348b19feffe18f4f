package io.lighter.linux;

import java.util.List;

/** One system call of a {@link LaunchProgram}, with what happens when it fails. */
public final class Step {
  private final int index;
  private final SystemCall call;
  private final List<Object> arguments;
  private List<Integer> tolerated = List.of();
  private int skip;

  Step(int index, SystemCall call, List<Object> arguments) {
    this.index = index;
    this.call = call;
    this.arguments = arguments;
  }

  /**
   * Lets the program go on with the next step after one of these errors.
   *
   * @param errnos one to three error numbers of {@link Errno}
   */
  public Step tolerate(Integer... errnos) {
    return tolerateAndSkip(0, errnos);
  }

  /**
   * Lets the program go on after one of these errors and leave out the steps that come next.
   *
   * @param skip how many steps are left out, 0 to 65535
   * @param errnos one to three error numbers of {@link Errno}
   */
  public Step tolerateAndSkip(int skip, Integer... errnos) {
    if (errnos.length == 0 || errnos.length > MachineCode.MAX_TOLERATED) {
      throw new IllegalArgumentException("one to three errors can be tolerated");
    }
    if (skip < 0 || skip > 0xffff) {
      throw new IllegalArgumentException("cannot skip " + skip + " steps");
    }
    this.tolerated = List.of(errnos);
    this.skip = skip;
    return this;
  }

  /** Lets the program go on with the next step whatever the error. */
  public Step tolerateAny() {
    this.tolerated = List.of(MachineCode.ANY_ERROR);
    this.skip = 0;
    return this;
  }

  /** Returns the place in the program, from 0. */
  public int index() {
    return index;
  }

  /** Returns the call. */
  public SystemCall call() {
    return call;
  }

  List<Object> arguments() {
    return arguments;
  }

  List<Integer> tolerated() {
    return tolerated;
  }

  int skip() {
    return skip;
  }

  /** Appends the call as strace prints it, without its line number. */
  void print(StringBuilder text) {
    text.append(call).append('(');
    for (int i = 0; i < arguments.size(); i++) {
      if (i > 0) {
        text.append(", ");
      }
      printArgument(arguments.get(i), call.arguments().get(i), text);
    }
    text.append(')');
    for (int i = 0; i < tolerated.size(); i++) {
      int errno = tolerated.get(i);
      text.append(i == 0 ? "  # " : " or ")
          .append(errno == MachineCode.ANY_ERROR ? "any error" : Errno.name(errno));
    }
    if (!tolerated.isEmpty()) {
      text.append(skip == 0 ? ": go on" : ": skip " + skip);
    }
  }

  private static void printArgument(Object argument, ArgumentKind kind, StringBuilder text) {
    switch (argument) {
      case Integer number -> kind.print(number, text);
      case Long number -> kind.print(number, text);
      case String string -> printString(string, text);
      case Fd fd -> kind.print(fd.number(), text);
      case Step step -> text.append('$').append(step.index + 1);
      case LaunchProgram.Memory memory -> text.append("&$").append(memory.first().index + 1);
      case SockFprog filter ->
          text.append("{").append(filter.length()).append(" BPF instructions}");
      case LaunchProgram.Struct struct -> text.append('{').append(struct.shown()).append('}');
      case List<?> strings -> {
        text.append('[');
        for (int i = 0; i < strings.size(); i++) {
          text.append(i == 0 ? "" : ", ");
          printString((String) strings.get(i), text);
        }
        text.append(']');
      }
      default -> text.append(argument);
    }
  }

  private static void printString(String string, StringBuilder text) {
    text.append('"')
        .append(string.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
        .append('"');
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    print(text);
    return text.toString();
  }
}
