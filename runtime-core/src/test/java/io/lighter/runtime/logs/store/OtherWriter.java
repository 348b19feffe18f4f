package io.lighter.runtime.logs.store;

import static io.lighter.runtime.logs.LogStream.STDOUT;

import io.lighter.linux.Linux;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process of its own that writes to a log what it reads, line by line, and says so. */
final class OtherWriter implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;

  OtherWriter(Path folder) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    process =
        new ProcessBuilder(
                List.of(
                    java,
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    OtherWriter.class.getName(),
                    folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    awaitAnswer();
  }

  private void awaitAnswer() throws IOException {
    if (answers.readLine() == null) {
      throw new IOException("the writer has ended");
    }
  }

  long pid() {
    return process.pid();
  }

  void write(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    awaitAnswer();
  }

  /** Ends it as kill -9 does. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  /** The process. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    FakeBatch batch = new FakeBatch();
    try (SegmentStore store =
        SegmentStore.open(
            Linux.kernel(),
            Path.of(arguments[0]),
            StoreConfig.DEFAULT.withCompression(false),
            Runnable::run)) {
      out.println("open");
      long time = 1;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        store.append(batch.set(STDOUT, time++, line + "\n"));
        out.println("written");
      }
    }
  }
}
