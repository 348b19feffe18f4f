package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;

/**
 * What the command line leaves to the image.
 *
 * @param entrypoint whether the image's entrypoint and command count
 * @param workingFolder whether its working folder does
 * @param user whether its user does
 * @param stopSignal whether its stop signal does
 */
public record Unsaid(boolean entrypoint, boolean workingFolder, boolean user, boolean stopSignal) {

  static Unsaid read(Flags flags) {
    return new Unsaid(
        !flags.isGiven("entrypoint"),
        isEmpty(flags, "workdir"),
        isEmpty(flags, "user"),
        isEmpty(flags, "stop-signal"));
  }

  private static boolean isEmpty(Flags flags, String name) {
    String value = flags.last(name);
    return value == null || value.isEmpty();
  }
}
