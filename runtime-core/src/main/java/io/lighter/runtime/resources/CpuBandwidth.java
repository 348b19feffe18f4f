package io.lighter.runtime.resources;

import io.lighter.cgroups.Cgroup;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.Resources;
import org.jspecify.annotations.Nullable;

/**
 * The two numbers of {@code cpu.max}: who changes one of them keeps the other, though the kernel
 * has them in one file.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files">cgroup v2,
 *     CPU interface files</a>
 */
public final class CpuBandwidth {
  private static final String FILE = "cpu.max";
  private static final long NO_LIMIT = -1;

  private CpuBandwidth() {}

  /** Limits in which quota and period are both given or both absent: one alone has its fellow. */
  public static Resources completed(Resources resources, Cgroup cgroup) {
    Cpu cpu = resources.cpu();
    if (cpu == null || isGiven(cpu.quota()) == isGiven(cpu.period())) {
      return resources;
    }
    String now = cgroup.read(FILE);
    // Without the file the controller is missing, which is told when the limit is checked.
    return now == null ? resources : resources.with(r -> r.cpu = completed(cpu, now));
  }

  /**
   * The same with what the file says now.
   *
   * @param now {@code QUOTA PERIOD}, in microseconds, or {@code max PERIOD}
   */
  static Cpu completed(Cpu cpu, String now) {
    String[] numbers = now.strip().split(" ", 2);
    return isGiven(cpu.quota())
        ? cpu.with(c -> c.period = Long.valueOf(numbers[1]))
        : cpu.with(c -> c.quota = numbers[0].equals("max") ? NO_LIMIT : Long.valueOf(numbers[0]));
  }

  /** 0 leaves it as it is, as runc and Docker have it. */
  private static boolean isGiven(@Nullable Long value) {
    return value != null && value != 0;
  }
}
