package io.lighter.bench.logs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line of {@code lighter bench logs} says.
 *
 * @param rounds that count
 * @param reading whether only the reading is measured, and put into the data of the last run
 * @param disk below which the logs go; null for a tmpfs
 */
record LogsOptions(int rounds, boolean reading, @Nullable Path disk) {
  private static final String DISK = "--disk=";
  private static final String READING = "--reading";
  private static final int ROUNDS = 5;

  /**
   * Reads the words.
   *
   * @throws IllegalArgumentException when one is wrong; the message says which
   */
  static LogsOptions parse(List<String> words) {
    int rounds = ROUNDS;
    boolean reading = false;
    Path disk = null;
    for (String word : words) {
      if (word.matches("[1-9][0-9]{0,2}")) {
        rounds = Integer.parseInt(word);
      } else if (word.equals(READING)) {
        reading = true;
      } else if (word.startsWith(DISK)) {
        disk = Path.of(word.substring(DISK.length())).toAbsolutePath();
        if (!Files.isDirectory(disk)) {
          throw new IllegalArgumentException(disk + " is not a folder");
        }
      } else {
        throw new IllegalArgumentException(
            "'"
                + word
                + "' is no number of rounds, 1 to 999, nor "
                + READING
                + ", nor "
                + DISK
                + "FOLDER");
      }
    }
    return new LogsOptions(rounds, reading, disk);
  }
}
