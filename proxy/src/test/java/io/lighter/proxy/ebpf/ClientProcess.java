package io.lighter.proxy.ebpf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of a cgroup that connects as it is told: {@code client.py}. */
final class ClientProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;

  /** Starts it with a command before, such as {@code unshare --net}. */
  ClientProcess(Path cgroup, Path folder, String... before) throws IOException {
    Path script = folder.resolve("client.py");
    if (!Files.exists(script)) {
      try (InputStream source = ClientProcess.class.getResourceAsStream("client.py")) {
        if (source == null) {
          throw new AssertionError("client.py is a resource of the tests");
        }
        Files.copy(source, script);
      }
    }
    String enter = "echo $$ > " + cgroup + "/cgroup.procs && exec \"$@\"";
    List<String> command = new ArrayList<>(List.of("sh", "-c", enter, "sh"));
    command.addAll(List.of(before));
    command.addAll(List.of("python3", "-u", script.toString()));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    questions = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    if (!"ready".equals(answers.readLine())) {
      throw new AssertionError("the client did not start");
    }
  }

  /** Returns what an expression of {@code client.py} is. */
  String ask(String expression, Object... arguments) {
    send(expression, arguments);
    return answer();
  }

  // The annotation that is wanted would be a library of its own.
  @SuppressWarnings("AnnotateFormatMethod")
  void send(String expression, Object... arguments) {
    try {
      questions.write(expression.formatted(arguments) + "\n");
      questions.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String answer() {
    try {
      String answer = answers.readLine();
      if (answer == null) {
        throw new AssertionError("the client has ended");
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks for a dictionary of numbers. */
  Map<String, Integer> count(String expression, Object... arguments) {
    return counts(ask(expression, arguments));
  }

  static Map<String, Integer> counts(String dictionary) {
    Map<String, Integer> counts = new HashMap<>();
    String content = dictionary.replaceAll("[{}' ]", "");
    for (String pair : content.split(",", -1)) {
      if (!pair.isEmpty()) {
        String[] parts = pair.split(":", -1);
        counts.put(parts[0], Integer.parseInt(parts[1]));
      }
    }
    return counts;
  }

  @Override
  public void close() {
    try {
      questions.close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      answers.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts tests", e);
    }
  }
}
