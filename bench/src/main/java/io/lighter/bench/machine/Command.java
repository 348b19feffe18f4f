package io.lighter.bench.start;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs a program to its end and hands back its standard output. */
final class Command {

  private Command() {}

  /**
   * Standard error goes to a file, so that neither pipe can fill up unread.
   *
   * @throws IOException when it ends with another status than 0; the message has its standard error
   */
  static List<String> lines(List<String> command) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("lighter-bench", ".err");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        String said = Files.readString(errors);
        throw new IOException(
            String.join(" ", command) + " ended with " + status + ": " + tail(said).strip());
      }
      return output.lines().toList();
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 2000));
  }
}
