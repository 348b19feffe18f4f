package io.lighter.bench;

import io.lighter.bench.density.DensityCommand;
import io.lighter.bench.exec.ExecCommand;
import io.lighter.bench.images.ImagesCommand;
import io.lighter.bench.jmh.JmhRun;
import io.lighter.bench.logs.LogsCommand;
import io.lighter.bench.memory.MemoryCommand;
import io.lighter.bench.probes.ProbesCommand;
import io.lighter.bench.proxy.ProxyCommand;
import io.lighter.bench.report.Project;
import io.lighter.bench.start.StartCommand;
import java.io.IOException;
import java.util.Arrays;

/** {@code lighter bench …}: runs a measurement and writes its report. */
public final class Main {

  private static final String USAGE =
      """
      Usage: lighter bench MEASUREMENT [OPTION...]
        jmh [PATTERN] [JMH OPTION...]
                runs the JMH benchmarks that match PATTERN (a regular expression; all when absent),
                with the gc profiler; JSON goes to perf-reports/jmh/. `lighter bench jmh -h` lists
                JMH's own options.
      """
          + StartCommand.USAGE
          + ExecCommand.USAGE
          + MemoryCommand.USAGE
          + DensityCommand.USAGE
          + ProbesCommand.USAGE
          + LogsCommand.USAGE
          + ImagesCommand.USAGE
          + ProxyCommand.USAGE;

  private Main() {}

  public static void main(String[] args) throws Exception {
    try {
      System.exit(run(args));
    } catch (IOException e) {
      System.err.println("lighter bench: " + e);
      System.exit(1);
    }
  }

  /** The exit status: 0, 1 when a measurement failed, 125 when the command line is wrong. */
  static int run(String... args) throws Exception {
    if (args.length == 0) {
      System.err.print(USAGE);
      return 125;
    }
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    return switch (args[0]) {
      case "jmh" -> JmhRun.run(Project.locate(), rest);
      case "exec" -> ExecCommand.run(Project.locate(), rest);
      case "images" -> ImagesCommand.run(Project.locate(), rest);
      case "logs" -> LogsCommand.run(Project.locate(), rest);
      case "memory" -> MemoryCommand.run(Project.locate(), rest);
      case "density" -> DensityCommand.run(Project.locate(), rest);
      case "probes" -> ProbesCommand.run(Project.locate(), rest);
      case "proxy" -> ProxyCommand.run(Project.locate(), rest);
      case "start" -> StartCommand.run(Project.locate(), rest);
      case "-h", "--help", "help" -> {
        System.out.print(USAGE);
        yield 0;
      }
      default -> {
        System.err.print("lighter bench: unknown measurement '" + args[0] + "'\n" + USAGE);
        yield 125;
      }
    };
  }
}
