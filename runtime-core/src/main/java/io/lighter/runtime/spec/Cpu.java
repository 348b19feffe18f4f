package io.lighter.runtime.spec;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Limits of CPU time and placement.
 *
 * @param shares relative weight on cgroup v1's scale, 2 to 262144, unsigned; 0 leaves the default
 * @param quota microseconds in a period; -1 is no limit
 * @param burst microseconds that may be saved up, unsigned
 * @param period microseconds, unsigned
 * @param realtimeRuntime microseconds; not in cgroup v2
 * @param realtimePeriod microseconds, unsigned; not in cgroup v2
 * @param cpus list of CPUs such as {@code 0-3,7}
 * @param mems list of memory nodes such as {@code 0-1}
 * @param idle 1 for SCHED_IDLE, 0 for the default
 */
public record Cpu(
    @Nullable Long shares,
    @Nullable Long quota,
    @Nullable Long burst,
    @Nullable Long period,
    @Nullable Long realtimeRuntime,
    @Nullable Long realtimePeriod,
    @Nullable String cpus,
    @Nullable String mems,
    @Nullable Long idle) {

  /** Nothing set. */
  public static final Cpu NONE = new Cpu(null, null, null, null, null, null, null, null, null);

  /** A copy with some fields set: {@code Cpu.NONE.with(c -> c.shares = 512L)}. */
  public Cpu with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Cpu(
        draft.shares,
        draft.quota,
        draft.burst,
        draft.period,
        draft.realtimeRuntime,
        draft.realtimePeriod,
        draft.cpus,
        draft.mems,
        draft.idle);
  }

  /** The fields while they change; Java has no derived creation of records yet. */
  public static final class Draft {
    public @Nullable Long shares;
    public @Nullable Long quota;
    public @Nullable Long burst;
    public @Nullable Long period;
    public @Nullable Long realtimeRuntime;
    public @Nullable Long realtimePeriod;
    public @Nullable String cpus;
    public @Nullable String mems;
    public @Nullable Long idle;

    private Draft(Cpu from) {
      shares = from.shares;
      quota = from.quota;
      burst = from.burst;
      period = from.period;
      realtimeRuntime = from.realtimeRuntime;
      realtimePeriod = from.realtimePeriod;
      cpus = from.cpus;
      mems = from.mems;
      idle = from.idle;
    }
  }
}
