package io.lighter.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What {@code lighter --version} prints. */
final class Version {

  private Version() {}

  /** One line: the version, the commit that it was built from if it is known, and the Java. */
  static String text() {
    return built().strip() + ", Java " + Runtime.version();
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
