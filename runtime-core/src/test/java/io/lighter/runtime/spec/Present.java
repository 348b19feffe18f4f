package io.lighter.runtime.spec;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a test knows to be there. */
final class Present {
  private Present() {}

  static <T> T of(@Nullable T value) {
    return Objects.requireNonNull(value);
  }
}
