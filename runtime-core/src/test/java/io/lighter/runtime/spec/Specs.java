package io.lighter.runtime.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Specifications that several tests start from. */
final class Specs {
  private Specs() {}

  /** A file with every field of the specification. */
  static String complete() {
    try (InputStream in = Specs.class.getResourceAsStream("complete.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static Spec ordinary() {
    return DefaultContainer.of(new Root("rootfs", false), List.of("true"), null);
  }
}
