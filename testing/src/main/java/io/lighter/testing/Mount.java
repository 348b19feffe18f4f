package io.lighter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One line of {@code /proc/self/mountinfo} (proc_pid_mountinfo(5)).
 *
 * @param root what of the file system is mounted; {@code net:[4026531840]} for a bound namespace
 */
record Mount(int id, String root, String point, String type, String source) {

  static List<Mount> ofThisProcess() {
    try {
      // Bytes may be anything in a path: Latin-1 keeps each of them and refuses none.
      return Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)
          .stream()
          .map(Mount::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("reading /proc/self/mountinfo", e);
    }
  }

  static Mount parse(String line) {
    String[] fields = line.split(" ", -1);
    int separator = 6;
    while (!fields[separator].equals("-")) {
      separator++;
    }
    return new Mount(
        Integer.parseInt(fields[0]),
        unescape(fields[3]),
        unescape(fields[4]),
        fields[separator + 1],
        unescape(fields[separator + 2]));
  }

  /** The kernel writes blank, tab, newline and backslash as three octal digits. */
  private static String unescape(String field) {
    int at = field.indexOf('\\');
    if (at < 0) {
      return field;
    }
    StringBuilder text = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\') {
        text.append((char) Integer.parseInt(field, i + 1, i + 4, 8));
        i += 3;
      } else {
        text.append(field.charAt(i));
      }
    }
    return text.toString();
  }
}
