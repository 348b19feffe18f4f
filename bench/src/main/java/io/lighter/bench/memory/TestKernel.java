package io.lighter.bench.memory;

import io.lighter.bench.report.Project;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The kernel of {@code testing/kernel}, which boots for one command. */
final class TestKernel {
  private final Path run;

  TestKernel(Project project) {
    this.run = project.root().resolve("testing/kernel/run");
  }

  /** Which kernel it is. */
  String release() throws IOException, InterruptedException {
    return output(List.of(run.toString(), "uname", "-r")).getFirst();
  }

  /**
   * Runs {@code io.lighter.bench.Main} in it, with this JVM's flags.
   *
   * @return what it printed before it ended, however it did
   */
  List<String> run(List<String> args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(run.toString());
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    // The root file system there cannot hold a container's.
    command.addAll(List.of("-Djava.io.tmpdir=/run/lighter-test", "-XX:-UsePerfData"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.lighter.bench.Main");
    command.addAll(args);
    return output(command);
  }

  private static List<String> output(List<String> command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return text.lines().toList();
  }
}
