package io.lighter.cli.oci;

import io.lighter.runtime.json.JsonText;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells what went wrong: people on standard error, and callers in the file of {@code --log}. That
 * has the format of runc, of which containerd and Podman show the last error.
 */
final class OciLog {
  private final PrintStream err;
  private final @Nullable Path file;
  private final boolean json;
  private final boolean debug;
  private final Clock clock;

  private OciLog(PrintStream err, @Nullable Path file, boolean json, boolean debug, Clock clock) {
    this.err = err;
    this.file = file;
    this.json = json;
    this.debug = debug;
    this.clock = clock;
  }

  /** The log before the options are known: standard error alone. */
  static OciLog to(PrintStream err) {
    return new OciLog(err, null, false, false, Clock.systemUTC());
  }

  /** The log that the options ask for. */
  static OciLog of(PrintStream err, GlobalOptions options, Clock clock) {
    return new OciLog(err, options.log(), options.jsonLog(), options.debug(), clock);
  }

  void error(String message) {
    err.println("lighter oci: " + message);
    append("error", message);
  }

  void warning(String message) {
    err.println("lighter oci: warning: " + message);
    append("warning", message);
  }

  /** Says what is done, when that was asked for. */
  void debug(String message) {
    if (!debug) {
      return;
    }
    if (file == null) {
      err.println("lighter oci: debug: " + message);
    } else {
      append("debug", message);
    }
  }

  private void append(String level, String message) {
    if (file == null) {
      return;
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    String line = json ? jsonLine(level, message, now) : textLine(level, message, now);
    try {
      Files.writeString(
          file,
          line,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      err.println("lighter oci: the log " + file + " cannot be written: " + e);
    }
  }

  private static String jsonLine(String level, String message, Instant now) {
    return JsonText.compact()
            .beginObject()
            .field("level", level)
            .field("msg", message)
            .field("time", now.toString())
            .end()
        + "\n";
  }

  private static String textLine(String level, String message, Instant now) {
    return "time=\"" + now + "\" level=" + level + " msg=" + JsonWriter.compact(message) + "\n";
  }
}
