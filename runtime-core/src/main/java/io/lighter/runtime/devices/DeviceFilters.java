package io.lighter.runtime.devices;

import io.lighter.linux.Bpf;
import io.lighter.linux.BpfProgram;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import io.lighter.runtime.spec.SpecException;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loads device filters, one for all whose rules say the same.
 *
 * <p>Safe for use by many threads.
 */
public final class DeviceFilters {
  /** As {@code bpftool prog} lists them. */
  private static final String NAME = "lighter_devices";

  private static final List<DeviceRule> EVERYTHING =
      List.of(new DeviceRule(true, DeviceRuleType.ALL, null, null, "rwm"));

  private final Bpf bpf;
  private final Map<EbpfProgram, Loaded> loaded = new HashMap<>();

  /** A program in the kernel and how many filters share it. */
  static final class Loaded {
    private final EbpfProgram code;
    private final BpfProgram program;
    private int users;

    Loaded(EbpfProgram code, BpfProgram program) {
      this.code = code;
      this.program = program;
    }

    EbpfProgram code() {
      return code;
    }

    BpfProgram program() {
      return program;
    }
  }

  public DeviceFilters(Linux linux) {
    this.bpf = linux.bpf();
  }

  Bpf bpf() {
    return bpf;
  }

  /**
   * Returns the filter of rules, with the access that every container has in it whatever they say:
   * to the default devices, and to making any node.
   *
   * @param rules as in {@code linux.resources.devices}
   * @throws SpecException when the rules cannot be compiled: see {@link DeviceCompiler#compile}
   * @throws UnsupportedSpecException when the host cannot load filters, with the reason
   */
  public DeviceFilter open(List<DeviceRule> rules) {
    EbpfProgram code = DeviceCompiler.compile(DefaultDeviceRules.behind(rules));
    synchronized (this) {
      Loaded known = loaded.get(code);
      if (known == null) {
        known = new Loaded(code, load(code));
        loaded.put(code, known);
      }
      known.users++;
      return new DeviceFilter(this, known);
    }
  }

  private BpfProgram load(EbpfProgram code) {
    try {
      return bpf.loadDeviceProgram(code, NAME);
    } catch (LinuxException e) {
      throw new UnsupportedSpecException(
          "linux.resources.devices", "a filter of devices", obstacle(e));
    }
  }

  synchronized void release(Loaded filter) {
    filter.users--;
    if (filter.users == 0) {
      loaded.remove(filter.code);
      filter.program.close();
    }
  }

  /** Returns how many programs are in the kernel for filters that are open. */
  synchronized int size() {
    return loaded.size();
  }

  /** Returns why this host cannot load filters, or null when it can. Loads one to find out. */
  public @Nullable String obstacle() {
    try (BpfProgram _ = bpf.loadDeviceProgram(DeviceCompiler.compile(EVERYTHING), NAME)) {
      return null;
    } catch (LinuxException e) {
      return obstacle(e);
    }
  }

  private static String obstacle(LinuxException e) {
    return switch (e.errno()) {
      case Errno.ENOSYS -> "the kernel was built without CONFIG_BPF_SYSCALL, or hides bpf(2)";
      case Errno.EINVAL -> "the kernel was built without CONFIG_CGROUP_BPF";
      case Errno.EPERM, Errno.EACCES ->
          "this process may not load BPF programs: it needs CAP_BPF and CAP_NET_ADMIN, or"
              + " CAP_SYS_ADMIN, in the host's user namespace, and no filter that denies bpf(2)";
      default -> e.toString();
    };
  }
}
