package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.OurProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code lighter} command as a process of its own, over a state folder of the test's. */
public record LighterCommand(Path state) {
  /** What came of a command. */
  public record Outcome(int status, String output, String error) {}

  Process start(String... arguments) throws IOException {
    return start(List.of(), arguments);
  }

  private Process start(List<String> wrapper, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(OurProgram.command());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LIGHTER_STATE", state.toString());
    return builder.start();
  }

  Outcome run(String... arguments) throws IOException, InterruptedException {
    return runWith("", arguments);
  }

  /** Runs a command to its end, with something to read. */
  Outcome runWith(String input, String... arguments) throws IOException, InterruptedException {
    return outcome(start(arguments), input);
  }

  /** Runs a command to its end on a host whose kernel answers a system call with an error. */
  Outcome runWithout(String systemCall, String error, String... arguments)
      throws IOException, InterruptedException {
    List<String> strace =
        List.of(
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=" + systemCall,
            "-e",
            "inject=" + systemCall + ":error=" + error);
    return outcome(start(strace, arguments), "");
  }

  private static Outcome outcome(Process process, String input)
      throws IOException, InterruptedException {
    try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
      stdin.write(input);
    } catch (IOException closed) {
      // A command that reads nothing may have ended before all of it was written.
      assertThat(closed).hasMessageContaining("pipe");
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output, error);
  }
}
