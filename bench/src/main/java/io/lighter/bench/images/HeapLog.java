package io.lighter.bench.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM writes of its heap, which is largest before a collection or at the end.
 *
 * @param file that it writes
 */
record HeapLog(Path file) {
  private static final Pattern COLLECTION = Pattern.compile("\\b(\\d+)M->\\d+M\\(");
  private static final Pattern END = Pattern.compile("\\btotal \\d+K, used (\\d+)K");

  /** Counts more than the options of the command line: for the environment of a command. */
  String variable() {
    return "_JAVA_OPTIONS=-Xlog:gc,gc+exit:file=" + file + ":none";
  }

  void clear() throws IOException {
    Files.deleteIfExists(file);
  }

  /** The peak in bytes, with a precision of 1 MiB; 0 when nothing was written. */
  long peak() throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    long before = 0;
    long atEnd = 0;
    try (Stream<String> lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines::iterator) {
        Matcher collection = COLLECTION.matcher(line);
        Matcher end = END.matcher(line);
        if (collection.find()) {
          before = Math.max(before, Long.parseLong(collection.group(1)) << 20);
        } else if (end.find()) {
          atEnd += Long.parseLong(end.group(1)) << 10; // a line for each generation
        }
      }
    }
    return Math.max(before, atEnd);
  }
}
