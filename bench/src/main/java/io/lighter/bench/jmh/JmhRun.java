package io.lighter.bench.jmh;

import io.lighter.bench.report.Project;
import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs JMH with our JVM flags, the gc profiler and JSON output. */
public final class JmhRun {

  private JmhRun() {}

  /**
   * Runs the benchmarks that {@code args} name, in JMH's own command-line language.
   *
   * @return 0, 1 when a benchmark failed, 125 when the options are wrong
   */
  public static int run(Project project, String... args) throws IOException, RunnerException {
    CommandLineOptions line;
    try {
      line = new CommandLineOptions(args);
    } catch (CommandLineOptionException e) {
      System.err.println("lighter bench jmh: " + e.getMessage());
      return 125;
    }
    if (line.shouldHelp()) {
      line.showHelp();
      return 0;
    }
    Path json = project.reportFolder("jmh").resolve(fileName(line) + ".json");
    Options options =
        new OptionsBuilder()
            .parent(line)
            .jvmArgsPrepend(project.jvmFlags().toArray(String[]::new))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .resultFormat(ResultFormatType.JSON)
            .result(line.getResult().orElse(json.toString()))
            .build();
    Runner runner = new Runner(options);
    if (line.shouldList()) {
      runner.list();
      return 0;
    }
    runner.run();
    return 0;
  }

  /** One file a pattern, so that a partial run does not overwrite the record of another. */
  static String fileName(Options line) {
    String joined = String.join("-", line.getIncludes());
    String plain = joined.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
    return plain.isEmpty() ? "all" : plain;
  }
}
