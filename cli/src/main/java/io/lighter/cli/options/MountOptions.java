package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.spec.DeviceRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Files and devices of a container.
 *
 * @param mounts in the order given, no target twice
 * @param devices in the order given
 * @param deviceRules access to devices besides, in the order given
 * @param readOnly whether the root is read-only
 * @param shmBytes size of {@code /dev/shm}; 0 for the default
 */
public record MountOptions(
    List<MountRequest> mounts,
    List<DeviceRequest> devices,
    List<DeviceRule> deviceRules,
    boolean readOnly,
    long shmBytes) {

  static MountOptions read(Flags flags, Path folder) {
    return new MountOptions(
        mounts(flags, folder),
        devices(flags),
        deviceRules(flags),
        flags.isOn("read-only", false),
        flags.bytes("shm-size", 0));
  }

  /** These files and devices with other mounts. */
  public MountOptions with(List<MountRequest> others) {
    return new MountOptions(others, devices, deviceRules, readOnly, shmBytes);
  }

  private static List<MountRequest> mounts(Flags flags, Path folder) {
    List<MountRequest> mounts = new ArrayList<>();
    add(flags, "volume", folder, mounts);
    add(flags, "mount", folder, mounts);
    add(flags, "tmpfs", folder, mounts);
    Set<String> targets = new HashSet<>();
    for (MountRequest mount : mounts) {
      if (!targets.add(mount.mount().destination())) {
        throw new UsageException("duplicate mount point: " + mount.mount().destination());
      }
    }
    return List.copyOf(mounts);
  }

  private static void add(Flags flags, String name, Path folder, List<MountRequest> mounts) {
    for (String value : flags.all(name)) {
      try {
        mounts.add(
            switch (name) {
              case "volume" -> VolumeFlag.parse(value, folder);
              case "mount" -> MountFlag.parse(value, folder);
              default -> TmpfsFlag.parse(value);
            });
      } catch (InvalidValueException e) {
        throw flags.invalid(name, value, e);
      }
    }
  }

  private static List<DeviceRequest> devices(Flags flags) {
    List<DeviceRequest> devices = new ArrayList<>();
    for (String value : flags.all("device")) {
      try {
        devices.add(DeviceRequest.parse(value));
      } catch (InvalidValueException e) {
        throw flags.invalid("device", value, e);
      }
    }
    return List.copyOf(devices);
  }

  private static List<DeviceRule> deviceRules(Flags flags) {
    List<DeviceRule> rules = new ArrayList<>();
    for (String value : flags.all("device-cgroup-rule")) {
      try {
        rules.add(DeviceRuleFlag.parse(value));
      } catch (InvalidValueException e) {
        throw flags.invalid("device-cgroup-rule", value, e);
      }
    }
    return List.copyOf(rules);
  }
}
