package io.lighter.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What was built: the resource {@code version} has the version and, below it, the commit. */
final class Version {

  private Version() {}

  /** What {@code lighter --version} prints: version, commit if it is known, and the Java. */
  static String text() {
    return "Lighter " + number() + " (" + commit() + "), Java " + Runtime.version();
  }

  /** The version, such as {@code 1.0.0}. */
  static String number() {
    return line(0);
  }

  /** The commit that it was built from, or that it is not known. */
  static String commit() {
    return line(1);
  }

  private static String line(int index) {
    return built().split("\n", -1)[index].strip();
  }

  private static String built() {
    try (InputStream built = Version.class.getResourceAsStream("version")) {
      if (built == null) {
        throw new IllegalStateException("the resource io/lighter/cli/version is missing");
      }
      return new String(built.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading the resource io/lighter/cli/version", e);
    }
  }
}
