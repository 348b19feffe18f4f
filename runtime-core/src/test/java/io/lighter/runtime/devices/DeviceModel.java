package io.lighter.runtime.devices;

import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import java.util.List;
import java.util.Objects;

/** What rules say, read off one by one for each letter of what is asked for. */
final class DeviceModel {
  private DeviceModel() {}

  /** Whether a request passes; one that asks for nothing passes where anything would. */
  static boolean passes(
      List<DeviceRule> rules, String access, DeviceRuleType type, long major, long minor) {
    if (access.isEmpty()) {
      return grants(rules, 'r', type, major, minor)
          || grants(rules, 'w', type, major, minor)
          || grants(rules, 'm', type, major, minor);
    }
    for (int i = 0; i < access.length(); i++) {
      if (!grants(rules, access.charAt(i), type, major, minor)) {
        return false;
      }
    }
    return true;
  }

  private static boolean grants(
      List<DeviceRule> rules, char letter, DeviceRuleType type, long major, long minor) {
    boolean granted = false;
    for (DeviceRule rule : rules) {
      boolean about =
          (rule.type() == DeviceRuleType.ALL || rule.type() == type)
              && (rule.major() == null || rule.major() == major)
              && (rule.minor() == null || rule.minor() == minor)
              && Objects.requireNonNull(rule.access()).indexOf(letter) >= 0;
      if (about) {
        granted = rule.allow();
      }
    }
    return granted;
  }
}
