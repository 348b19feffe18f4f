package io.lighter.runtime.spec;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules of the cgroup limits that hold on every host. */
final class ResourceRules {
  private static final String AT = "linux.resources.";
  private static final Pattern ACCESS = Pattern.compile("[rwm]{1,3}");
  private static final Pattern PAGE_SIZE = Pattern.compile("[1-9][0-9]*[KMG]B");
  private static final Pattern CONTROL_FILE = Pattern.compile("[a-z0-9_]+(\\.[A-Za-z0-9_]+)+");

  private ResourceRules() {}

  static void check(@Nullable Resources resources, Problems problems) {
    if (resources == null) {
      return;
    }
    deviceRules(resources.devices(), problems);
    memory(resources.memory(), problems);
    cpu(resources.cpu(), problems);
    Pids pids = resources.pids();
    limit(pids == null ? null : pids.limit(), "pids.limit", problems);
    blockIo(resources.blockIo(), problems);
    hugepages(resources.hugepageLimits(), problems);
    resources
        .rdma()
        .forEach(
            (device, limits) ->
                problems.require(
                    limits.hcaHandles() != null || limits.hcaObjects() != null,
                    AT + "rdma[\"" + device + "\"]",
                    "needs hcaHandles or hcaObjects"));
    for (String file : resources.unified().keySet()) {
      problems.require(
          CONTROL_FILE.matcher(file).matches(),
          AT + "unified[\"" + file + "\"]",
          "is not the name of a cgroup v2 file, such as memory.high");
    }
  }

  private static void deviceRules(List<DeviceRule> rules, Problems problems) {
    for (int i = 0; i < rules.size(); i++) {
      String access = rules.get(i).access();
      problems.require(
          access == null || ACCESS.matcher(access).matches(),
          AT + "devices[" + i + "].access",
          "expected some of r, w and m, found \"" + access + "\"");
    }
  }

  private static void memory(@Nullable Memory memory, Problems problems) {
    if (memory == null) {
      return;
    }
    limit(memory.limit(), "memory.limit", problems);
    limit(memory.reservation(), "memory.reservation", problems);
    limit(memory.swap(), "memory.swap", problems);
    limit(memory.kernel(), "memory.kernel", problems);
    limit(memory.kernelTcp(), "memory.kernelTCP", problems);
    Long limit = memory.limit();
    Long swap = memory.swap();
    if (limit != null && swap != null && limit > 0 && swap > 0) {
      problems.require(
          swap >= limit,
          AT + "memory.swap",
          swap + " is memory and swap together, so not less than the limit " + limit);
    }
    Long swappiness = memory.swappiness();
    problems.require(
        swappiness == null || (swappiness >= 0 && swappiness <= 100),
        AT + "memory.swappiness",
        "expected 0 to 100, found " + swappiness);
  }

  private static void cpu(@Nullable Cpu cpu, Problems problems) {
    if (cpu == null) {
      return;
    }
    limit(cpu.quota(), "cpu.quota", problems);
    limit(cpu.realtimeRuntime(), "cpu.realtimeRuntime", problems);
    ProcessRules.numberList(cpu.cpus(), AT + "cpu.cpus", problems);
    ProcessRules.numberList(cpu.mems(), AT + "cpu.mems", problems);
    Long idle = cpu.idle();
    problems.require(
        idle == null || idle == 0 || idle == 1, AT + "cpu.idle", "expected 0 or 1, found " + idle);
  }

  private static void blockIo(@Nullable BlockIo io, Problems problems) {
    if (io == null) {
      return;
    }
    weight(io.weight(), "blockIO.weight", problems);
    weight(io.leafWeight(), "blockIO.leafWeight", problems);
    List<WeightDevice> devices = io.weightDevice();
    for (int i = 0; i < devices.size(); i++) {
      WeightDevice device = devices.get(i);
      String at = "blockIO.weightDevice[" + i + "]";
      problems.require(
          device.weight() != null || device.leafWeight() != null,
          AT + at,
          "needs weight or leafWeight");
      weight(device.weight(), at + ".weight", problems);
      weight(device.leafWeight(), at + ".leafWeight", problems);
    }
  }

  private static void hugepages(List<HugepageLimit> limits, Problems problems) {
    for (int i = 0; i < limits.size(); i++) {
      String size = limits.get(i).pageSize();
      problems.require(
          PAGE_SIZE.matcher(size).matches(),
          AT + "hugepageLimits[" + i + "].pageSize",
          "expected a size such as 2MB, found \"" + size + "\"");
    }
  }

  private static void limit(@Nullable Long value, String name, Problems problems) {
    problems.require(
        value == null || value >= -1, AT + name, "expected -1 (no limit) or more, found " + value);
  }

  private static void weight(@Nullable Integer weight, String name, Problems problems) {
    problems.require(
        weight == null || (weight >= 10 && weight <= 1000),
        AT + name,
        "expected 10 to 1000, found " + weight);
  }
}
