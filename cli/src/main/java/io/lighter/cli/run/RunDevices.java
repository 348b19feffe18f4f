package io.lighter.cli.run;

import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import io.lighter.runtime.spec.DeviceType;
import java.util.ArrayList;
import java.util.List;

/** The nodes and rules of a container's devices. */
final class RunDevices {
  private static final String ALL = "rwm";

  private RunDevices() {}

  static List<Device> nodes(List<GrantedDevice> granted) {
    List<Device> nodes = new ArrayList<>(granted.size());
    for (GrantedDevice device : granted) {
      nodes.add(device.device());
    }
    return nodes;
  }

  /** The rules of access; none where the host cannot apply them or all access is given. */
  static List<DeviceRule> rules(List<GrantedDevice> granted, boolean privileged, Host host) {
    if (!host.deviceRules()) {
      refuseLess(granted);
      return List.of();
    }
    if (privileged) {
      return List.of(new DeviceRule(true, DeviceRuleType.ALL, null, null, ALL));
    }
    List<DeviceRule> rules = new ArrayList<>(DefaultContainer.DEVICE_RULES);
    for (GrantedDevice device : granted) {
      Device node = device.device();
      DeviceRuleType type =
          node.type() == DeviceType.BLOCK ? DeviceRuleType.BLOCK : DeviceRuleType.CHAR;
      rules.add(new DeviceRule(true, type, node.major(), node.minor(), device.access()));
    }
    return rules;
  }

  /** Access that is less than all needs a rule: without one it would silently be more. */
  private static void refuseLess(List<GrantedDevice> granted) {
    for (GrantedDevice device : granted) {
      String access = device.access();
      if (access.indexOf('r') < 0 || access.indexOf('w') < 0) {
        throw new UsageException(
            "--device: access '"
                + access
                + "' to "
                + device.device().path()
                + " is not supported yet, it needs device rules: give rw");
      }
    }
  }
}
