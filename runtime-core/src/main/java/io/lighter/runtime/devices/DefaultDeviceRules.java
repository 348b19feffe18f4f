package io.lighter.runtime.devices;

import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The access that every container has, whatever its rules: to the default devices of the
 * runtime-spec (config-linux.md, "Default Devices"), and to making the node of any device, which by
 * itself gives no access to it.
 *
 * <p>It is the list of runc 1.2.4 ({@code AllowedDevices} of its package specconv), which stands
 * behind the rules of a specification, so that these cannot take it away. The nodes of {@code
 * linux.devices} are not in it: who lists one gives its rule too, as Docker and containerd do. crun
 * 1.8 has the host's console (5:1) besides, and the TUN device (10:200) as runc has it.
 */
final class DefaultDeviceRules {
  private static final List<DeviceRule> RULES =
      List.of(
          new DeviceRule(true, DeviceRuleType.CHAR, null, null, "m"),
          new DeviceRule(true, DeviceRuleType.BLOCK, null, null, "m"),
          open(1, 3L), // null
          open(1, 5L), // zero
          open(1, 7L), // full
          open(1, 8L), // random
          open(1, 9L), // urandom
          open(5, 0L), // tty
          open(5, 2L), // ptmx
          open(136, null), // pts/*, and console, which is one of them
          // net/tun: runc 1.2.0 took it out, which broke VPNs in containers, and put it back.
          open(10, 200L));

  private DefaultDeviceRules() {}

  /** Returns the rules with those for every container behind them. */
  static List<DeviceRule> behind(List<DeviceRule> rules) {
    List<DeviceRule> all = new ArrayList<>(rules.size() + RULES.size());
    all.addAll(rules);
    all.addAll(RULES);
    return all;
  }

  private static DeviceRule open(long major, @Nullable Long minor) {
    return new DeviceRule(true, DeviceRuleType.CHAR, major, minor, "rwm");
  }
}
