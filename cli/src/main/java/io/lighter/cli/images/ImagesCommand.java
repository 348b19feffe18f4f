package io.lighter.cli.images;

import io.lighter.cli.flags.FlagSection;
import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds the command, reads its flags, runs it and reports what went wrong. */
public final class ImagesCommand {
  private static final int FAILED = 1;

  /** What Docker's client exits with when the command line is wrong. */
  private static final int WRONG_USAGE = 125;

  private final ImageSession session;

  /** Prepares a call. */
  public ImagesCommand(ImageSession session) {
    this.session = session;
  }

  /** Whether {@code lighter NAME} is a command of this package. */
  public static boolean knows(String name) {
    return isGroup(name) || command(name) != null;
  }

  private static @Nullable ImageCommand command(String name) {
    return switch (name) {
      case "pull" -> new PullCommand();
      case "push" -> new PushCommand();
      case "images" -> new ListCommand("images");
      case "inspect" -> new InspectCommand("inspect");
      case "stats" -> new StatsCommand();
      case "history" -> new HistoryCommand();
      case "tag" -> new TagCommand();
      case "rmi" -> new RemoveCommand("rmi");
      case "save" -> new SaveCommand();
      case "load" -> new LoadCommand();
      case "import" -> new ImportCommand();
      case "export" -> new ExportCommand();
      case "commit" -> new CommitCommand();
      case "diff" -> new DiffCommand();
      case "login" -> new LoginCommand();
      case "logout" -> new LogoutCommand();
      case "search" -> new SearchCommand();
      default -> null;
    };
  }

  private static boolean isGroup(String name) {
    return name.equals("image") || name.equals("builder") || name.equals("system");
  }

  private static @Nullable ImageCommand ofGroup(String group, String name) {
    return switch (group) {
      case "image" -> ofImage(name);
      case "builder" -> name.equals("prune") ? new BuilderPruneCommand() : null;
      default -> name.equals("prune") ? new SystemPruneCommand() : null;
    };
  }

  private static @Nullable ImageCommand ofImage(String name) {
    return switch (name) {
      case "ls", "list" -> new ListCommand("image ls");
      case "rm", "remove" -> new RemoveCommand("image rm");
      case "inspect" -> new InspectCommand("image inspect");
      case "prune" -> new PruneCommand();
      case "pull", "push", "history", "tag", "save", "load", "import" -> command(name);
      default -> null;
    };
  }

  /**
   * Runs a command.
   *
   * @param arguments the command's name first
   * @return the exit code
   */
  public int run(String... arguments) {
    boolean group = isGroup(arguments[0]);
    if (group && (arguments.length == 1 || isHelp(arguments[1]))) {
      session.out().print(help(arguments[0]));
      return 0;
    }
    String name = arguments[group ? 1 : 0];
    ImageCommand command = group ? ofGroup(arguments[0], name) : command(name);
    if (command == null) {
      session
          .err()
          .println("lighter: '" + String.join(" ", arguments) + "' is not a command of lighter");
      return FAILED;
    }
    try {
      return run(command, Arrays.copyOfRange(arguments, group ? 2 : 1, arguments.length));
    } catch (UsageException e) {
      session.err().println("lighter " + name + ": " + e.getMessage());
      session.err().println();
      session.err().println("Usage:  lighter " + command.usage());
      session
          .err()
          .println("See 'lighter " + (group ? arguments[0] + " " : "") + name + " --help'");
      return WRONG_USAGE;
    } catch (IOException | RuntimeException e) {
      // Whatever it is, it names what failed; a stack trace would not help the one who typed.
      session.err().println("Error: " + (e.getMessage() == null ? e : e.getMessage()));
    }
    return FAILED;
  }

  private int run(ImageCommand command, String... arguments) throws IOException {
    FlagSection section = new FlagSection("Options", command.flags());
    Flags flags =
        Flags.parseInterspersed(
            FlagSection.options(
                List.of(
                    section,
                    new FlagSection(
                        "", List.of(FlagSection.onOff("", "help", "Print this help"))))),
            arguments);
    if (flags.isOn("help", false)) {
      StringBuilder text = new StringBuilder("Usage:  lighter ").append(command.usage());
      text.append("\n\n").append(command.description()).append('\n');
      section.appendHelp(text);
      session.out().print(text);
      return 0;
    }
    int operands = flags.operands().size();
    if (operands < command.least() || operands > command.most()) {
      throw new UsageException(
          "it takes %s, and got %d".formatted(count(command.least(), command.most()), operands));
    }
    return command.run(flags, session);
  }

  private static String count(int least, int most) {
    if (least == most) {
      return least == 1 ? "exactly 1 argument" : "exactly " + least + " arguments";
    }
    String atLeast = "at least " + least + (least == 1 ? " argument" : " arguments");
    if (most == Integer.MAX_VALUE) {
      return atLeast;
    }
    return least == 0
        ? "at most " + most + (most == 1 ? " argument" : " arguments")
        : "from " + least + " to " + most + " arguments";
  }

  private static boolean isHelp(String argument) {
    return argument.equals("--help") || argument.equals("-h") || argument.equals("help");
  }

  private static String help(String group) {
    Map<String, String> commands = new TreeMap<>();
    for (String name :
        List.of(
            "ls", "rm", "inspect", "prune", "pull", "push", "history", "tag", "save", "load",
            "import")) {
      ImageCommand command = ofGroup(group, name);
      if (command != null) {
        commands.put(name, command.description());
      }
    }
    StringBuilder text = new StringBuilder("Usage:  lighter " + group + " COMMAND\n\nCommands:\n");
    commands.forEach((name, what) -> text.append("  %-10s %s%n".formatted(name, what)));
    return text.toString();
  }
}
