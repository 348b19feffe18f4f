package io.lighter.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

class JmhRunTest {

  @Test
  void shouldNameTheResultAfterThePattern() throws Exception {
    assertThat(JmhRun.fileName(new CommandLineOptions("Clock.*nano"))).isEqualTo("Clock-nano");
    assertThat(JmhRun.fileName(new CommandLineOptions())).isEqualTo("all");
  }

  @Test
  void shouldRunABenchmarkThatTheBuildGenerated() throws Exception {
    var options =
        new OptionsBuilder()
            .include(ClockBenchmark.class.getName())
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(org.openjdk.jmh.runner.options.TimeValue.milliseconds(20))
            .verbosity(org.openjdk.jmh.runner.options.VerboseMode.SILENT)
            .build();

    assertThat(new Runner(options).run()).hasSize(1);
  }
}
