package io.lighter.bench;

import io.lighter.bench.jmh.JmhRun;
import java.util.Arrays;

/** {@code lighter bench …}: runs a measurement and writes its report. */
public final class Main {

  private static final String USAGE =
      """
      Usage: lighter bench jmh [PATTERN] [JMH OPTION...]
        jmh     runs the JMH benchmarks that match PATTERN (a regular expression; all when absent),
                with the gc profiler; JSON goes to perf-reports/jmh/. `lighter bench jmh -h` lists
                JMH's own options.
      """;

  private Main() {}

  public static void main(String[] args) throws Exception {
    System.exit(run(args));
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
