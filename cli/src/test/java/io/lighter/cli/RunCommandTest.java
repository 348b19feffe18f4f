package io.lighter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.Environment;
import io.lighter.cli.options.RunOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void shouldReturnTheCodeOfTheSession() {
    assertThat(run(options -> options.process().command().size(), "host", "a", "b", "c"))
        .isEqualTo(3);
    assertThat(text(out)).isEmpty();
    assertThat(text(err)).isEmpty();
  }

  @Test
  void shouldReportAUsageError() {
    assertThat(run(RunCommandTest::mustNotRun, "-m", "1x", "host")).isEqualTo(125);
    assertThat(text(out)).isEmpty();
    assertThat(text(err))
        .isEqualTo(
            """
            lighter run: invalid argument "1x" for "-m, --memory" flag: invalid suffix: 'x'

            See 'lighter run --help'
            """);
  }

  @Test
  void shouldReportAUsageErrorOfTheSession() {
    ToIntFunction<RunOptions> failing =
        _ -> {
          throw new UsageException("no such device");
        };

    assertThat(run(failing, "host")).isEqualTo(125);
    assertThat(text(err)).startsWith("lighter run: no such device\n");
  }

  @Test
  void shouldNeedAnImage() {
    assertThat(run(RunCommandTest::mustNotRun)).isEqualTo(125);
    assertThat(text(err)).startsWith("lighter run: it needs an image");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--help host", "-it --help", "--help --rm"})
  void shouldPrintHelp(String line) {
    assertThat(run(RunCommandTest::mustNotRun, line.split(" ", -1))).isZero();
    assertThat(text(out))
        .startsWith("Usage:  lighter run")
        .contains("\nProcess:\n", "  -e, --env list ", "      --rootfs dir ", "  -t, --tty ");
    assertThat(text(out).lines()).allMatch(l -> l.length() <= 100);
    assertThat(text(err)).isEmpty();
  }

  @Test
  void shouldLeaveHelpOfTheCommandToTheCommand() {
    assertThat(run(_ -> 42, "host", "ls", "--help")).isEqualTo(42);
  }

  private int run(ToIntFunction<RunOptions> session, String... arguments) {
    return RunCommand.run(
        arguments,
        Path.of("/srv"),
        new Environment(Map.of()),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        session);
  }

  private static int mustNotRun(RunOptions options) {
    throw new AssertionError("started " + options);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
