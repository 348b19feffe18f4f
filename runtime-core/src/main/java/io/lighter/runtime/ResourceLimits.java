package io.lighter.runtime;

import static io.lighter.cgroups.Setting.UNLIMITED;

import io.lighter.cgroups.BlockDevice;
import io.lighter.cgroups.CpuSettings;
import io.lighter.cgroups.CpusetSettings;
import io.lighter.cgroups.HugetlbSettings;
import io.lighter.cgroups.IoSettings;
import io.lighter.cgroups.IoSettings.Rates;
import io.lighter.cgroups.MemorySettings;
import io.lighter.cgroups.PidsSettings;
import io.lighter.cgroups.RdmaSettings;
import io.lighter.cgroups.Setting;
import io.lighter.runtime.spec.BlockIo;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.HugepageLimit;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Rdma;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.ThrottleDevice;
import io.lighter.runtime.spec.WeightDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The resources of a specification, which speaks of cgroup v1, as settings of cgroup v2.
 *
 * <p>What has no counterpart in cgroup v2 is refused by name, not forgotten.
 */
final class ResourceLimits {
  private final List<Setting> settings = new ArrayList<>();

  private ResourceLimits() {}

  /**
   * Translates.
   *
   * @throws UnsupportedSpecException for a limit that cgroup v2 does not have
   * @throws IllegalArgumentException for limits that contradict each other
   */
  static List<Setting> of(LinuxConfig linux) {
    Resources resources = linux.resources();
    if (resources == null) {
      return List.of();
    }
    ResourceLimits limits = new ResourceLimits();
    if (resources.cpu() != null) {
      limits.addCpu(resources.cpu());
    }
    if (resources.memory() != null) {
      limits.addMemory(resources.memory());
    }
    if (resources.pids() != null) {
      limits.addPids(resources.pids());
    }
    if (resources.blockIo() != null) {
      limits.addBlockIo(resources.blockIo());
    }
    for (HugepageLimit limit : resources.hugepageLimits()) {
      limits.settings.add(HugetlbSettings.max(limit.pageSize(), limit.limit()));
      limits.settings.add(HugetlbSettings.reservedMax(limit.pageSize(), limit.limit()));
    }
    for (Map.Entry<String, Rdma> device : resources.rdma().entrySet()) {
      limits.addRdma(device.getKey(), device.getValue());
    }
    refuse(resources.network(), "network", "traffic classes of cgroup v1");
    if (!resources.devices().isEmpty()) {
      refuse(resources.devices(), "devices", "a filter of devices");
    }
    // Last, because what is given in the host's own terms overrides what was translated.
    limits.settings.addAll(Setting.unified(resources.unified()));
    return List.copyOf(limits.settings);
  }

  private static void refuse(@Nullable Object value, String field, String what) {
    if (value != null) {
      throw new UnsupportedSpecException("linux.resources." + field, what);
    }
  }

  private void addCpu(Cpu cpu) {
    refuse(cpu.realtimeRuntime(), "cpu.realtimeRuntime", "real-time run time in cgroup v2");
    refuse(cpu.realtimePeriod(), "cpu.realtimePeriod", "a real-time period in cgroup v2");
    if (cpu.shares() != null && cpu.shares() != 0) {
      settings.add(CpuSettings.weight(weightOfShares(cpu.shares())));
    }
    if (cpu.idle() != null) {
      settings.add(CpuSettings.idle(cpu.idle() == 1));
    }
    if (cpu.quota() != null || cpu.period() != null) {
      long quota = cpu.quota() == null || cpu.quota() <= 0 ? UNLIMITED : cpu.quota();
      long period =
          cpu.period() == null || cpu.period() == 0 ? CpuSettings.DEFAULT_PERIOD : cpu.period();
      settings.add(CpuSettings.max(quota, period));
    }
    if (cpu.burst() != null) {
      settings.add(CpuSettings.maxBurst(cpu.burst()));
    }
    if (cpu.cpus() != null && !cpu.cpus().isEmpty()) {
      settings.add(CpusetSettings.cpus(cpu.cpus()));
    }
    if (cpu.mems() != null && !cpu.mems().isEmpty()) {
      settings.add(CpusetSettings.mems(cpu.mems()));
    }
  }

  /**
   * Returns the weight of cgroup v2, 1 to 10000, for shares of cgroup v1, 2 to 262144.
   *
   * <p>A curve through the three points that matter: least to least, most to most, and the default
   * of 1024 shares to the default weight of 100, which the older straight line made 39: containers
   * with default shares then got less than the processes of the host beside them. crun (since 1.23)
   * and runc (since 1.3.2) use this curve.
   */
  static long weightOfShares(long shares) {
    if (shares <= 2) {
      return 1;
    }
    if (shares >= 262_144) {
      return 10_000;
    }
    double log = Math.log((double) shares) / Math.log(2);
    double exponent = (log * log + 125 * log) / 612.0 - 7.0 / 34.0;
    return (long) Math.ceil(Math.pow(10, exponent));
  }

  private void addMemory(Memory memory) {
    refuse(memory.kernel(), "memory.kernel", "a limit of kernel memory in cgroup v2");
    refuse(memory.kernelTcp(), "memory.kernelTCP", "a limit of TCP memory in cgroup v2");
    refuse(memory.swappiness(), "memory.swappiness", "swappiness in cgroup v2");
    if (Boolean.TRUE.equals(memory.disableOomKiller())) {
      refuse(memory, "memory.disableOOMKiller", "disabling the OOM killer in cgroup v2");
    }
    Long limit = memory.limit();
    if (limit != null) {
      settings.add(MemorySettings.max(limit < 0 ? UNLIMITED : limit));
    }
    if (memory.reservation() != null) {
      settings.add(MemorySettings.low(memory.reservation() < 0 ? UNLIMITED : memory.reservation()));
    }
    if (memory.swap() != null) {
      settings.add(MemorySettings.swapMax(swapAlone(limit, memory.swap())));
    }
  }

  /** The specification's swap is memory and swap together, that of cgroup v2 is swap alone. */
  private static long swapAlone(@Nullable Long limit, long together) {
    if (together < 0) {
      return UNLIMITED;
    }
    if (limit == null || limit < 0) {
      throw new IllegalArgumentException(
          "linux.resources.memory.swap: memory and swap together can only be limited with a"
              + " linux.resources.memory.limit");
    }
    if (together < limit) {
      throw new IllegalArgumentException(
          "linux.resources.memory.swap: memory and swap together ("
              + together
              + ") cannot be less than the memory ("
              + limit
              + ")");
    }
    return together - limit;
  }

  private void addPids(Pids pids) {
    if (pids.limit() != null) {
      settings.add(PidsSettings.max(pids.limit() <= 0 ? UNLIMITED : pids.limit()));
    }
  }

  private void addBlockIo(BlockIo io) {
    if (io.leafWeight() != null && io.leafWeight() != 0) {
      refuse(io, "blockIO.leafWeight", "a leaf weight in cgroup v2");
    }
    if (io.weight() != null && io.weight() != 0) {
      settings.add(IoSettings.weight(ioWeight(io.weight())));
    }
    for (WeightDevice device : io.weightDevice()) {
      if (device.weight() != null) {
        settings.add(
            IoSettings.weight(device(device.major(), device.minor()), ioWeight(device.weight())));
      }
    }
    Map<BlockDevice, long[]> rates = new LinkedHashMap<>();
    collect(rates, io.throttleReadBpsDevice(), 0);
    collect(rates, io.throttleWriteBpsDevice(), 1);
    collect(rates, io.throttleReadIopsDevice(), 2);
    collect(rates, io.throttleWriteIopsDevice(), 3);
    for (Map.Entry<BlockDevice, long[]> entry : rates.entrySet()) {
      long[] r = entry.getValue();
      settings.add(IoSettings.max(entry.getKey(), new Rates(r[0], r[1], r[2], r[3])));
    }
  }

  /** From 10 to 1000 in the specification to 1 to 10000, as runc and crun do. */
  private static int ioWeight(int weight) {
    return 1 + (weight - 10) * 9999 / 990;
  }

  private static void collect(
      Map<BlockDevice, long[]> rates, List<ThrottleDevice> devices, int index) {
    for (ThrottleDevice device : devices) {
      rates
              .computeIfAbsent(
                  device(device.major(), device.minor()),
                  d -> new long[] {UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED})[index] =
          device.rate() == 0 ? UNLIMITED : device.rate();
    }
  }

  private static BlockDevice device(long major, long minor) {
    return new BlockDevice(Math.toIntExact(major), Math.toIntExact(minor));
  }

  private void addRdma(String device, Rdma limits) {
    settings.add(
        RdmaSettings.max(
            device,
            limits.hcaHandles() == null ? UNLIMITED : limits.hcaHandles(),
            limits.hcaObjects() == null ? UNLIMITED : limits.hcaObjects()));
  }
}
