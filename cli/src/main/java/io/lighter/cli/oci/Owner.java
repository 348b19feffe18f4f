package io.lighter.cli.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names of the host's users. */
final class Owner {
  private static final Path ACCOUNTS = Path.of("/etc/passwd");

  private Owner() {}

  /** The name of a user of this host; its number as {@code #1000} when it has none. */
  static String name(long uid) {
    if (uid == 0) {
      return "root";
    }
    String number = Long.toString(uid);
    try {
      for (String line : Files.readAllLines(ACCOUNTS)) {
        String[] fields = line.split(":", 4);
        if (fields.length == 4 && fields[2].equals(number)) {
          return fields[0];
        }
      }
    } catch (IOException e) {
      // A host without accounts, or not of UTF-8: then the number is all there is to say.
    }
    return "#" + number;
  }
}
