package io.lighter.cli;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.RunHelp;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.Environment;
import io.lighter.cli.options.RunOptions;
import io.lighter.cli.session.RunSession;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.ToIntFunction;

/** {@code lighter run}: reads its command line, and has what it asks for done. */
public final class RunCommand {
  private RunCommand() {}

  /** Runs the command in this process' own folder and environment, and returns the exit code. */
  static int runHere(String[] arguments) {
    Path folder = Path.of("").toAbsolutePath();
    try {
      Map<String, String> variables = RawArguments.environment();
      RunSession session =
          new RunSession(Linux.kernel(), folder, variables, System.out, System.err);
      return run(
          RawArguments.restore(arguments),
          folder,
          new Environment(variables),
          System.out,
          System.err,
          session::run);
    } catch (IOException e) {
      System.err.println("lighter run: /proc must be mounted: " + e.getMessage());
      return ExitCode.FAILED;
    }
  }

  /**
   * Runs the command.
   *
   * @param arguments what follows {@code run}
   * @param folder the working folder that relative paths count from
   * @param environment where {@code --env NAME} takes its values
   * @param session starts what was asked for, waits for its end and returns the exit code; a {@link
   *     UsageException} of its is reported like one of the command line
   * @return the exit code
   */
  public static int run(
      String[] arguments,
      Path folder,
      Environment environment,
      PrintStream out,
      PrintStream err,
      ToIntFunction<RunOptions> session) {
    try {
      Flags flags = Flags.parse(arguments);
      if (flags.isOn("help", false)) {
        out.print(RunHelp.text());
        return 0;
      }
      return session.applyAsInt(RunOptions.read(flags, folder, environment));
    } catch (UsageException e) {
      err.println("lighter run: " + e.getMessage());
      err.println();
      err.println("See 'lighter run --help'");
      return ExitCode.FAILED;
    }
  }
}
