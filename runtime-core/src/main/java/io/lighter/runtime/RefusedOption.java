package io.lighter.runtime;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the option for which the kernel refused a file system: mount(2) takes all of them at once
 * and says EINVAL, so they are tried again one by one, in a context that nothing is mounted from.
 */
final class RefusedOption {
  private RefusedOption() {}

  /** Returns which option is refused and what the kernel says about it, or null. */
  static @Nullable String find(Linux linux, String type, List<String> options) {
    if (options.isEmpty()) {
      return null;
    }
    if (linux.mounts().lacksContexts()) {
      return findByMounting(linux, type, options);
    }
    try (Fd context = linux.mounts().fsopen(type)) {
      for (String option : options) {
        try {
          linux.mounts().set(context, option);
        } catch (LinuxException e) {
          String message = linux.mounts().message(context);
          return "the kernel refuses the option \""
              + option
              + "\" ("
              + (message.isEmpty() ? e.getMessage() : message)
              + ")";
        }
      }
    } catch (LinuxException e) {
      return null; // there is no such file system, which the step itself says
    }
    return null;
  }

  /** With one option more each time: the kernel says only that it refuses, in its log why. */
  private static @Nullable String findByMounting(Linux linux, String type, List<String> options) {
    for (int i = 0; i < options.size(); i++) {
      try {
        linux.mounts().create(type, options.subList(0, i + 1), 0).close();
      } catch (LinuxException e) {
        boolean refused = e.errno() == Errno.EINVAL;
        return refused ? "the kernel refuses the option \"" + options.get(i) + "\"" : null;
      }
    }
    return null;
  }
}
