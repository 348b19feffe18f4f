package io.lighter.bench.machine;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs a program to its end and hands back its standard output. */
public final class Command {

  private Command() {}

  /**
   * Standard error goes to a file, so that neither pipe can fill up unread.
   *
   * @throws IOException when it ends with another status than 0; the message has its standard error
   */
  public static List<String> lines(List<String> command) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("lighter-bench", ".err");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw failed(command, status, Files.readString(errors));
      }
      return output.lines().toList();
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  /**
   * Runs a program to its end without standard streams, so that what it leaves running holds none.
   *
   * @throws IOException when it ends with another status than 0; the message has its standard error
   */
  public static void silently(List<String> command) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("lighter-bench", ".err");
    try {
      int status =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(errors.toFile())
              .start()
              .waitFor();
      if (status != 0) {
        throw failed(command, status, Files.readString(errors));
      }
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  /**
   * As {@link #silently}, for the removal of something, which is no place to be interrupted in.
   *
   * @throws IOException also when it was
   */
  public static void remove(List<String> command) throws IOException {
    try {
      silently(command);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + String.join(" ", command), e);
    }
  }

  private static IOException failed(List<String> command, int status, String said) {
    return new IOException(
        String.join(" ", command) + " ended with " + status + ": " + tail(said).strip());
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 2000));
  }
}
