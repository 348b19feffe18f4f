package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import java.util.Locale;

/** When an image is fetched before it is run. */
public enum PullPolicy {
  ALWAYS,
  MISSING,
  NEVER;

  static PullPolicy read(Flags flags) {
    String value = flags.last("pull");
    if (value == null || value.isEmpty()) {
      return MISSING;
    }
    try {
      return valueOf(value.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw flags.invalid("pull", value, "it is always, missing or never");
    }
  }
}
