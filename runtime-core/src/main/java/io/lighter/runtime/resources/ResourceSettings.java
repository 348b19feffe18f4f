package io.lighter.runtime.resources;

import io.lighter.cgroups.HugetlbSettings;
import io.lighter.cgroups.PidsSettings;
import io.lighter.cgroups.RdmaSettings;
import io.lighter.cgroups.Setting;
import io.lighter.runtime.spec.HugepageLimit;
import io.lighter.runtime.spec.InterfacePriority;
import io.lighter.runtime.spec.Network;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Rdma;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.SpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns {@code linux.resources} into settings of a cgroup. Pure: whether this host can give them is
 * for {@code CgroupTree.check} and {@code Cgroup.apply} to say.
 *
 * <p>Devices are left out: a program of BPF decides over them, not a setting.
 *
 * @see <a
 *     href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#control-groups">
 *     runtime-spec, Control groups</a>
 */
public final class ResourceSettings {
  private static final String AT = "linux.resources.";

  private ResourceSettings() {}

  /**
   * Returns the settings in the order in which they are to be applied. An entry of the {@code
   * unified} map takes the place of what another field says of the same file.
   *
   * @throws SpecException when cgroup v2 cannot do it, naming the field
   */
  public static List<Setting> of(@Nullable Resources resources) {
    List<Setting> settings = new ArrayList<>();
    if (resources == null) {
      return settings;
    }
    within("cpu", () -> CpuLimits.add(resources.cpu(), settings));
    within("memory", () -> MemoryLimits.add(resources.memory(), settings));
    within("blockIO", () -> BlockIoLimits.add(resources.blockIo(), settings));
    within("pids.limit", () -> addPids(resources.pids(), settings));
    within(
        "hugepageLimits",
        () -> resources.hugepageLimits().forEach(limit -> addHugepages(limit, settings)));
    within(
        "rdma",
        () -> resources.rdma().forEach((device, limit) -> settings.add(rdma(device, limit))));
    refuseNetwork(resources.network());
    for (Map.Entry<String, String> entry : resources.unified().entrySet()) {
      addUnified(entry.getKey(), entry.getValue(), settings);
    }
    return settings;
  }

  private static void addPids(@Nullable Pids pids, List<Setting> settings) {
    Long limit = pids == null ? null : pids.limit();
    if (limit != null) {
      // 0 is no limit, too, as Docker and the older runtimes read it: no process could start.
      settings.add(PidsSettings.max(limit <= 0 ? Setting.UNLIMITED : limit));
    }
  }

  private static void addHugepages(HugepageLimit limit, List<Setting> settings) {
    long bytes = unsigned(limit.limit());
    settings.add(HugetlbSettings.max(limit.pageSize(), bytes));
    // The limit counts pages in use; without one on reservations a program learns of it by SIGBUS.
    settings.add(HugetlbSettings.reservedMax(limit.pageSize(), bytes).ifPresent());
  }

  private static Setting rdma(String device, Rdma limit) {
    return RdmaSettings.max(device, rdma(limit.hcaHandles()), rdma(limit.hcaObjects()));
  }

  /** The kernel keeps these as int; 2^31 and more is as good as none. */
  private static long rdma(@Nullable Long value) {
    return value == null || value > Integer.MAX_VALUE ? Setting.UNLIMITED : value;
  }

  private static void refuseNetwork(@Nullable Network network) {
    if (network == null) {
      return;
    }
    List<InterfacePriority> priorities = network.priorities();
    if (network.classId() != null || !priorities.isEmpty()) {
      throw refused("network", "net_cls and net_prio exist in cgroup v1 only; use nftables");
    }
  }

  private static void addUnified(String file, String value, List<Setting> settings) {
    within(
        "unified[\"" + file + "\"]",
        () -> {
          Setting setting = Setting.unified(file, value);
          settings.removeIf(other -> other.file().equals(file));
          settings.add(setting);
        });
  }

  /** Says where in the specification a value stands that a control file does not take. */
  private static void within(String field, Runnable conversion) {
    try {
      conversion.run();
    } catch (IllegalArgumentException e) {
      throw refused(field, String.valueOf(e.getMessage()));
    }
  }

  /** Values that the specification has as uint64: beyond a long they are as good as no limit. */
  static long unsigned(long value) {
    return value < 0 ? Setting.UNLIMITED : value;
  }

  /** Returns 0, which stands for nothing asked, where a number is absent. */
  static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  static SpecException refused(String field, String reason) {
    return new SpecException(AT + field, reason);
  }
}
