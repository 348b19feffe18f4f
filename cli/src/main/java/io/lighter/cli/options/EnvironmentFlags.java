package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code --env} and {@code --env-file}. */
final class EnvironmentFlags {
  private EnvironmentFlags() {}

  /**
   * Settings {@code NAME=value} in the order in which they count, the files before the flags. A
   * bare {@code NAME} takes the variable away: it was asked for and is not set here.
   */
  static List<String> read(Flags flags, Path folder, Environment environment) {
    List<String> settings = new ArrayList<>();
    for (String file : flags.all("env-file")) {
      settings.addAll(EnvironmentFile.read(file, folder, environment));
    }
    for (String setting : flags.all("env")) {
      int equals = setting.indexOf('=');
      if (setting.isEmpty() || equals == 0) {
        throw flags.invalid("env", setting, "invalid environment variable: " + setting);
      }
      String own = equals < 0 ? environment.get(setting) : null;
      settings.add(own == null ? setting : setting + "=" + own);
    }
    return settings;
  }
}
