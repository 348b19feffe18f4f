package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Names of a UTS namespace, sethostname(2). */
final class HostName {
  private static final int MOST_BYTES = 64;

  private HostName() {}

  /** The last value of a flag that takes a name; null if it was not given or is empty. */
  static @Nullable String read(Flags flags, String flag) {
    String name = flags.last(flag);
    if (name == null || name.isEmpty()) {
      return null;
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      throw flags.invalid(flag, name, "it is longer than the kernel's 64 bytes");
    }
    for (int i = 0; i < name.length(); i++) {
      if (Character.isISOControl(name.charAt(i))) {
        throw flags.invalid(flag, name, "it holds a control character");
      }
    }
    return name;
  }
}
