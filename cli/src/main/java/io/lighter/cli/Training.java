package io.lighter.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs the command lines of {@code src/main/aot/training} in one JVM, so that the AOT cache that
 * the launcher makes of it has the classes of all of them. No command of the user's.
 */
final class Training {

  private Training() {}

  /** Runs the lines of the file that is named by the one argument. */
  public static void main(String[] arguments) throws IOException {
    String state = String.valueOf(System.getenv("LIGHTER_STATE"));
    for (String text : Files.readAllLines(Path.of(arguments[0]))) {
      String line = text.replace("$LIGHTER_STATE", state);
      if (!line.isBlank() && !line.startsWith("#")) {
        // Which line failed is in the launcher's log; the cache is made of those that did not.
        System.err.println("training: " + line + ": " + Main.run(line.strip().split(" +", -1)));
      }
    }
    System.exit(0);
  }
}
