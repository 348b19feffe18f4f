package io.lighter.runtime.rootless;

import io.lighter.runtime.IdRanges.Range;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids that a host lends to its users, beside their own.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/subuid.5.html">subuid(5)</a>, subgid(5)
 */
final class SubordinateIds {
  private static final int FIELDS = 3;

  private SubordinateIds() {}

  /**
   * Reads the ranges of one user; lines that are none are left out, as newuidmap(1) does.
   *
   * @param file {@code /etc/subuid} or {@code /etc/subgid}; where there is none, nothing is lent
   * @param name the user's; a line may have it or the id
   * @throws RootlessException when the file cannot be read
   */
  static List<Range> of(Path file, String name, long uid) {
    try {
      return parse(Files.readString(file, StandardCharsets.ISO_8859_1), name, uid);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new RootlessException(file + " cannot be read: " + e, e);
    }
  }

  static List<Range> parse(String text, String name, long uid) {
    List<Range> ranges = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] fields = line.strip().split(":", -1);
      if (fields.length != FIELDS || !(fields[0].equals(name) || fields[0].equals("" + uid))) {
        continue;
      }
      try {
        long count = Long.parseLong(fields[2]);
        if (count > 0) {
          ranges.add(new Range(Long.parseLong(fields[1]), count));
        }
      } catch (NumberFormatException e) {
        // Not a range.
      }
    }
    return ranges;
  }
}
