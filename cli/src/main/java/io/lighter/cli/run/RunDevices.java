package io.lighter.cli.run;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.RunOptions;
import io.lighter.cli.options.SecurityOptions;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import io.lighter.runtime.spec.DeviceType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes and rules of a container's devices. */
public final class RunDevices {
  private static final String ALL = "rwm";

  private RunDevices() {}

  static List<Device> nodes(List<GrantedDevice> granted) {
    List<Device> nodes = new ArrayList<>(granted.size());
    for (GrantedDevice device : granted) {
      nodes.add(device.device());
    }
    return nodes;
  }

  /** The rules of access; none where the host cannot apply them. */
  static List<DeviceRule> rules(RunOptions options, List<GrantedDevice> granted, Host host) {
    List<DeviceRule> asked = options.mounts().deviceRules();
    String obstacle = host.deviceRuleObstacle();
    if (obstacle != null) {
      if (!asked.isEmpty()) {
        throw new UsageException("--device-cgroup-rule is not supported on this host: " + obstacle);
      }
      refuseLess(granted, obstacle);
      return List.of();
    }
    if (options.security().privileged()) {
      return List.of(new DeviceRule(true, DeviceRuleType.ALL, null, null, ALL));
    }
    List<DeviceRule> rules = new ArrayList<>(DefaultContainer.DEVICE_RULES);
    for (GrantedDevice device : granted) {
      Device node = device.device();
      DeviceRuleType type =
          node.type() == DeviceType.BLOCK ? DeviceRuleType.BLOCK : DeviceRuleType.CHAR;
      rules.add(new DeviceRule(true, type, node.major(), node.minor(), device.access()));
    }
    rules.addAll(asked);
    return rules;
  }

  /** Access that is less than all needs a rule: without one it would silently be more. */
  private static void refuseLess(List<GrantedDevice> granted, String obstacle) {
    for (GrantedDevice device : granted) {
      String access = device.access();
      if (access.indexOf('r') < 0 || access.indexOf('w') < 0) {
        throw new UsageException(
            "--device: access '"
                + access
                + "' to "
                + device.device().path()
                + " is not supported on this host, which cannot withhold the rest: "
                + obstacle
                + "; give rw");
      }
    }
  }

  /**
   * What a user must know where the devices of a container are not guarded by rules, null where
   * they are or where nothing is withheld.
   */
  public static @Nullable String warning(SecurityOptions options, Host host) {
    if (host.deviceRules() || options.privileged()) {
      return null;
    }
    boolean makesNodes = RunCapabilities.of(options, host).contains(Capability.CAP_MKNOD);
    return "devices are not guarded, because "
        + host.deviceRuleObstacle()
        + (makesNodes
            ? "; with CAP_MKNOD the container can reach every device of this machine"
            : "; so the container gets no CAP_MKNOD, and device nodes of its root do not open");
  }
}
