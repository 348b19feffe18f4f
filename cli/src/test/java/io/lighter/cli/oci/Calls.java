package io.lighter.cli.oci;

import io.lighter.cli.flags.FlagSection;
import io.lighter.cli.flags.Flags;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Calls of {@code lighter oci} within the test's JVM. */
final class Calls {
  static final Path FOLDER = Path.of("/srv");

  private Calls() {}

  /** What came of a call. */
  record Outcome(int status, String output, String error) {}

  /** The flags of a command whose line is words parted by blanks. */
  static Flags flags(String command, String line) {
    FlagSection known = Objects.requireNonNull(OciFlags.of(command));
    return Flags.parse(
        FlagSection.options(List.of(known)),
        RefusedFlags::refusal,
        line.isEmpty() ? new String[0] : line.split(" ", -1));
  }

  static Outcome run(Path folder, String... arguments) {
    return runWith("", folder, arguments);
  }

  static Outcome runWith(String input, Path folder, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Caller caller =
        new Caller(
            folder,
            Map.of(),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);
    int status = new OciCommand(caller, clock, () -> "a version").run(arguments);
    return new Outcome(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
