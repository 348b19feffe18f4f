package io.lighter.runtime.spec;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rules of the device nodes. */
final class DeviceRules {
  private DeviceRules() {}

  static void check(LinuxConfig linux, Problems problems) {
    List<Device> devices = linux.devices();
    Set<String> paths = new HashSet<>();
    for (int i = 0; i < devices.size(); i++) {
      String at = "linux.devices[" + i + "].path";
      String path = devices.get(i).path();
      problems.requireAbsolute(path, at);
      problems.require(paths.add(path), at, path + " stands twice; remove one of the two");
    }
  }
}
