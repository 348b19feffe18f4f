package io.lighter.cli.run;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.CpuOptions;
import io.lighter.cli.options.MemoryOptions;
import io.lighter.cli.options.RunOptions;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Resources;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limits of a container's cgroup. */
final class RunResources {
  private static final long NANOS = 1_000_000_000;
  private static final long DEFAULT_PERIOD_MICROS = 100_000;

  private RunResources() {}

  /** Null if nothing is limited: then no controller is needed. */
  static @Nullable Resources of(RunOptions options, Host host, List<GrantedDevice> granted) {
    Memory memory = memory(options.resources().memory());
    Cpu cpu = cpu(options.resources().cpu(), host);
    long pids = options.resources().pids();
    List<DeviceRule> devices = RunDevices.rules(options, granted, host);
    if (memory == null && cpu == null && pids <= 0 && devices.isEmpty()) {
      return null;
    }
    return Resources.NONE.with(
        resources -> {
          resources.devices = devices;
          resources.memory = memory;
          resources.cpu = cpu;
          resources.pids = pids > 0 ? new Pids(pids) : null;
        });
  }

  private static @Nullable Memory memory(MemoryOptions asked) {
    if ((asked.limit() | asked.reservation() | asked.swap()) == 0) {
      return null;
    }
    return Memory.NONE.with(
        limits -> {
          limits.limit = given(asked.limit());
          limits.reservation = given(asked.reservation());
          limits.swap = given(asked.swap());
        });
  }

  private static @Nullable Cpu cpu(CpuOptions asked, Host host) {
    long nanos = asked.nanoCpus();
    if (nanos > host.processors() * NANOS) {
      throw new UsageException(
          "range of CPUs is from 0.01 to "
              + host.processors()
              + ".00, as there are only "
              + host.processors()
              + " CPUs available");
    }
    long quota = nanos > 0 ? nanos * DEFAULT_PERIOD_MICROS / NANOS : asked.quotaMicros();
    long period = nanos > 0 ? DEFAULT_PERIOD_MICROS : asked.periodMicros();
    boolean sets = !asked.cpus().isEmpty() || !asked.memoryNodes().isEmpty();
    if (!sets && (asked.shares() | quota | period) == 0) {
      return null;
    }
    return Cpu.NONE.with(
        limits -> {
          limits.shares = given(asked.shares());
          limits.quota = given(quota);
          limits.period = given(period);
          limits.cpus = asked.cpus().isEmpty() ? null : asked.cpus();
          limits.mems = asked.memoryNodes().isEmpty() ? null : asked.memoryNodes();
        });
  }

  private static @Nullable Long given(long value) {
    return value == 0 ? null : value;
  }
}
