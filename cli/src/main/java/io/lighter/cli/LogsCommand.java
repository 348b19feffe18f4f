package io.lighter.cli;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.LogsFlags;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.LogsRequest;
import io.lighter.cli.session.LogsSession;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;

/** {@code lighter logs}: reads its command line, and has the log printed. */
final class LogsCommand {
  private LogsCommand() {}

  /** Runs the command in this process' own folder and environment, and returns the exit code. */
  static int runHere(String[] arguments) {
    PrintStream err = System.err;
    try {
      Flags flags = LogsFlags.parse(RawArguments.restore(arguments));
      if (flags.isOn("help", false)) {
        System.out.print(LogsFlags.help());
        return 0;
      }
      LogsRequest request = LogsRequest.read(flags, Instant.now());
      Path folder = Path.of("").toAbsolutePath();
      return new LogsSession(
              Linux.kernel(), folder, RawArguments.environment(), System.out, System.err)
          .print(request);
    } catch (UsageException e) {
      err.println("lighter logs: " + e.getMessage());
      err.println();
      err.println("See 'lighter logs --help'");
      return 1;
    } catch (IOException e) {
      err.println("lighter logs: /proc must be mounted: " + e.getMessage());
      return 1;
    }
  }
}
