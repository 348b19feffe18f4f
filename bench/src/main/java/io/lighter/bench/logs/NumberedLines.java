package io.lighter.bench.logs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Which of the writer's numbered lines are in a log, of whatever format: each line begins with
 * {@code #} and ten digits, which no format changes.
 *
 * <p>Not thread-safe.
 */
final class NumberedLines {
  private static final int CHUNK = 1 << 20;
  private static final int DIGITS = 10;
  private static final int RECORD_BLANKS = 3;

  private long found;
  private long inOrder;
  private int digits = -1;
  private long number;

  // Of a record: "TIME STREAM TAG TEXT", where the tag P says that the next one goes on with it.
  private int blanks;
  private boolean isPart;

  private NumberedLines() {}

  /**
   * Reads whole files, one after the other.
   *
   * @param inRecords whether they are in CRI's format, in which the number itself may be parted
   */
  static NumberedLines in(List<Path> files, boolean inRecords) throws IOException {
    NumberedLines lines = new NumberedLines();
    byte[] chunk = new byte[CHUNK];
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        int length;
        while ((length = in.read(chunk)) > 0) {
          for (int i = 0; i < length; i++) {
            if (!inRecords || lines.isText(chunk[i])) {
              lines.look(chunk[i]);
            }
          }
        }
      }
    }
    return lines;
  }

  /** Steps over what a record has before its text, and over the end of a part. */
  private boolean isText(byte b) {
    if (blanks < RECORD_BLANKS) {
      isPart = b == 'P' || (isPart && b == ' ');
      blanks += b == ' ' ? 1 : 0;
      return false;
    }
    if (b == '\n') {
      blanks = 0;
      return !isPart;
    }
    return true;
  }

  private void look(byte b) {
    if (b == '#') {
      digits = 0;
      number = 0;
    } else if (digits >= 0) {
      number = number * 10 + (b - '0');
      digits = b < '0' || b > '9' ? -1 : digits + 1;
      if (digits == DIGITS) {
        inOrder += number == found ? 1 : 0;
        found++;
        digits = -1;
      }
    }
  }

  /** How many numbers there are. */
  long found() {
    return found;
  }

  /** How many of them are as large as there are numbers before: all, when none is lost. */
  long inOrder() {
    return inOrder;
  }
}
