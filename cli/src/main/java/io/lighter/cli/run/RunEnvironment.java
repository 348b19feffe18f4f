package io.lighter.cli.run;

import io.lighter.cli.options.ProcessOptions;
import io.lighter.runtime.spec.DefaultContainer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A container's environment: Docker's defaults, then what was asked for. */
final class RunEnvironment {
  private RunEnvironment() {}

  /** Settings {@code NAME=value}, no name twice. */
  static List<String> of(ProcessOptions options, String hostname) {
    Map<String, String> settings = new LinkedHashMap<>();
    put(settings, DefaultContainer.PATH);
    put(settings, "HOSTNAME=" + hostname);
    if (options.terminal()) {
      put(settings, "TERM=xterm");
    }
    for (String setting : options.environment()) {
      put(settings, setting);
    }
    return new ArrayList<>(settings.values());
  }

  private static void put(Map<String, String> settings, String setting) {
    int equals = setting.indexOf('=');
    if (equals < 0) {
      settings.remove(setting);
    } else {
      settings.put(setting.substring(0, equals), setting);
    }
  }
}
