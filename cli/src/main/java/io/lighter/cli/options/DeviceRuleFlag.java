package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rule of access that was asked for, {@code --device-cgroup-rule 'c 13:* rwm'}: the type a, b or
 * c, the major and minor number or {@code *}, and the access, as in the kernel's
 * admin-guide/cgroup-v1/devices.rst.
 */
final class DeviceRuleFlag {
  private static final Pattern RULE =
      Pattern.compile("([abc]) ([0-9]+|\\*):([0-9]+|\\*) ([rwm]{1,3})");

  private DeviceRuleFlag() {}

  static DeviceRule parse(String text) {
    Matcher matcher = RULE.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidValueException("invalid device cgroup format '" + text + "'");
    }
    DeviceRuleType type =
        switch (matcher.group(1)) {
          case "b" -> DeviceRuleType.BLOCK;
          case "c" -> DeviceRuleType.CHAR;
          default -> DeviceRuleType.ALL;
        };
    try {
      return new DeviceRule(
          true, type, number(matcher.group(2)), number(matcher.group(3)), matcher.group(4));
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException(
          "invalid device cgroup rule '" + text + "': a number is above 4294967295");
    }
  }

  private static @Nullable Long number(String text) {
    return text.equals("*") ? null : Long.valueOf(text);
  }
}
