package io.lighter.cli.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.LogsRequest;
import io.lighter.cli.run.StateFolder;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.driver.LogDriverException;
import io.lighter.runtime.logs.driver.LogDrivers;
import io.lighter.runtime.logs.read.LogLines;
import io.lighter.runtime.logs.store.LogQuery;
import io.lighter.runtime.rootless.RootlessException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.StringJoiner;

/**
 * One {@code lighter logs}: what the container wrote to its standard output goes to ours, and what
 * it wrote to its standard error to that.
 */
public final class LogsSession {
  private static final int FAILED = 1;
  private static final int BUFFER = 64 * 1024;

  /** After how many lines it is looked whether anybody still reads them, less one. */
  private static final int LOOK = 0xfff;

  /** As Docker has it: always nine digits. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

  private final Linux linux;
  private final Path folder;
  private final Map<String, String> variables;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * Prepares a session.
   *
   * @param folder the working folder that relative paths count from
   * @param variables the environment of this process
   */
  public LogsSession(
      Linux linux, Path folder, Map<String, String> variables, PrintStream out, PrintStream err) {
    this.linux = linux;
    this.folder = folder;
    this.variables = variables;
    this.out = out;
    this.err = err;
  }

  /**
   * Prints a log and returns the exit code.
   *
   * @throws UsageException when there is no such log
   */
  public int print(LogsRequest request) {
    try (LogLines lines = open(request)) {
      print(request, lines);
      return 0;
    } catch (LogDriverException | UncheckedIOException | RootlessException e) {
      err.println("lighter logs: " + e.getMessage());
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
  }

  private LogLines open(LogsRequest request) {
    LogQuery query =
        LogQuery.ALL.since(request.since()).until(request.until()).tail(request.tail());
    // Nothing is compressed or removed by who reads.
    LogDrivers drivers = LogDrivers.standard(Runnable::run);
    return drivers.read(folderOf(request.log()), request.follow() ? query.following() : query);
  }

  private Path folderOf(String log) {
    if (log.contains("/")) {
      return folder.resolve(log);
    }
    Path state = new StateFolder(variables, folder).ofUser(linux.credentials().geteuid());
    Path named = SessionLog.folderOf(state, log);
    if (log.startsWith(".") || !Files.isDirectory(named)) {
      throw new UsageException(
          "no container named "
              + log
              + " has kept a log: there is no folder "
              + named
              + "; of a log elsewhere give the folder, with a slash in it");
    }
    return named;
  }

  private void print(LogsRequest request, LogLines lines) throws InterruptedException {
    OutputStream[] streams = {
      new BufferedOutputStream(out, BUFFER), new BufferedOutputStream(err, BUFFER)
    };
    try {
      int last = 0;
      long count = 0;
      do {
        // Who reads it may have seen enough.
        while (lines.next() && ((++count & LOOK) != 0 || !out.checkError())) {
          int code = lines.stream().code();
          if (code != last) {
            streams[last].flush(); // so that both come in their order
          }
          last = code;
          write(request, lines, streams[code]);
        }
        streams[last].flush();
      } while (!out.checkError() && lines.await(Long.MAX_VALUE));
    } catch (IOException e) {
      throw new UncheckedIOException("the log cannot be printed: " + e, e);
    }
  }

  private static void write(LogsRequest request, LogLines lines, OutputStream to)
      throws IOException {
    if (lines.begins()) {
      if (request.timestamps()) {
        to.write((time(lines.time()) + " ").getBytes(UTF_8));
      }
      if (request.details()) {
        to.write((details(lines.attributes()) + " ").getBytes(UTF_8));
      }
    }
    to.write(lines.bytes().asSlice(lines.offset(), lines.length()).toArray(ValueLayout.JAVA_BYTE));
    if (lines.ends()) {
      to.write('\n');
    }
  }

  private static String time(long nanos) {
    long second = 1_000_000_000L;
    return TIME.format(
        Instant.ofEpochSecond(Math.floorDiv(nanos, second), Math.floorMod(nanos, second)));
  }

  /** As Docker's daemon writes them: escaped as in a URL, sorted, with commas between. */
  private static String details(Map<String, String> attributes) {
    StringJoiner text = new StringJoiner(",");
    attributes.forEach(
        (name, value) ->
            text.add(URLEncoder.encode(name, UTF_8) + "=" + URLEncoder.encode(value, UTF_8)));
    return text.toString();
  }
}
