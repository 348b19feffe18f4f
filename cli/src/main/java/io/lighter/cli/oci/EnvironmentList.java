package io.lighter.cli.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Environments as lists of {@code NAME=value}. */
final class EnvironmentList {
  private EnvironmentList() {}

  /**
   * Both lists in one. Of a name that is set again the last value counts: getenv(3) finds the first
   * that is there.
   */
  static List<String> join(List<String> first, List<String> second) {
    Map<String, String> settings = new LinkedHashMap<>();
    first.forEach(setting -> settings.put(name(setting), setting));
    second.forEach(setting -> settings.put(name(setting), setting));
    return new ArrayList<>(settings.values());
  }

  private static String name(String setting) {
    int equals = setting.indexOf('=');
    return equals < 0 ? setting : setting.substring(0, equals);
  }
}
