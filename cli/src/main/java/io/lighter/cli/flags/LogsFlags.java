package io.lighter.cli.flags;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import java.util.ArrayList;
import java.util.List;

/** The flags of {@code lighter logs}, which are those of {@code docker logs} 28.2. */
public final class LogsFlags {
  private LogsFlags() {}

  /** Reads what follows {@code logs} on the command line; flags may stand behind the operand. */
  public static Flags parse(String... arguments) {
    Flags flags = Flags.parse(FlagSection.options(List.of(section())), Refusal.NONE, arguments);
    int operands = flags.operands().size();
    if (operands < 2 || !flags.operands().get(1).startsWith("-")) {
      return flags;
    }
    List<String> operandLast = new ArrayList<>(List.of(arguments));
    operandLast.add(operandLast.remove(arguments.length - operands));
    return parse(operandLast.toArray(String[]::new));
  }

  private static FlagSection section() {
    return new FlagSection(
        "Options",
        List.of(
            onOff("", "details", "Show the labels and variables that the log carries"),
            onOff("f", "follow", "Go on with what is written, until the container ends"),
            valued("", "since", "string", "From a time on (2026-01-02T13:23:37Z) or for 42m"),
            valued("n", "tail", "string", "So many of the last lines (default all)"),
            onOff("t", "timestamps", "Show times"),
            valued("", "until", "string", "Up to a time, or to 42m ago"),
            onOff("", "help", "Print this help")));
  }

  /** Returns the text of {@code lighter logs --help}. */
  public static String help() {
    StringBuilder text =
        new StringBuilder(
            """
            Usage:  lighter logs [OPTIONS] CONTAINER|FOLDER

            Print the log of a container, also after its end

            CONTAINER is the name of a lighter run --name CONTAINER --log-driver DRIVER ...;
            FOLDER, with a slash in it, is that of its --log-opt path=FOLDER.
            """);
    section().appendHelp(text);
    return text.toString();
  }
}
