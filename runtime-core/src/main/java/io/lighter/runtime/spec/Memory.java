package io.lighter.runtime.spec;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Limits of memory in bytes; -1 is no limit.
 *
 * @param limit limit of usage
 * @param reservation soft limit
 * @param swap limit of memory and swap together
 * @param kernel kernel memory; deprecated, not in cgroup v2
 * @param kernelTcp kernel TCP buffers; deprecated, not in cgroup v2
 * @param swappiness 0 to 100; not in cgroup v2
 * @param disableOomKiller whether the OOM killer stays away; not in cgroup v2
 * @param useHierarchy hierarchical accounting; always so in cgroup v2
 * @param checkBeforeUpdate whether a limit below the present usage is refused
 */
public record Memory(
    @Nullable Long limit,
    @Nullable Long reservation,
    @Nullable Long swap,
    @Nullable Long kernel,
    @Nullable Long kernelTcp,
    @Nullable Long swappiness,
    @Nullable Boolean disableOomKiller,
    @Nullable Boolean useHierarchy,
    @Nullable Boolean checkBeforeUpdate) {

  /** Nothing set. */
  public static final Memory NONE =
      new Memory(null, null, null, null, null, null, null, null, null);

  /** A copy with some fields set: {@code Memory.NONE.with(m -> m.limit = 64L << 20)}. */
  public Memory with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Memory(
        draft.limit,
        draft.reservation,
        draft.swap,
        draft.kernel,
        draft.kernelTcp,
        draft.swappiness,
        draft.disableOomKiller,
        draft.useHierarchy,
        draft.checkBeforeUpdate);
  }

  /** The fields while they change; Java has no derived creation of records yet. */
  public static final class Draft {
    public @Nullable Long limit;
    public @Nullable Long reservation;
    public @Nullable Long swap;
    public @Nullable Long kernel;
    public @Nullable Long kernelTcp;
    public @Nullable Long swappiness;
    public @Nullable Boolean disableOomKiller;
    public @Nullable Boolean useHierarchy;
    public @Nullable Boolean checkBeforeUpdate;

    private Draft(Memory from) {
      limit = from.limit;
      reservation = from.reservation;
      swap = from.swap;
      kernel = from.kernel;
      kernelTcp = from.kernelTcp;
      swappiness = from.swappiness;
      disableOomKiller = from.disableOomKiller;
      useHierarchy = from.useHierarchy;
      checkBeforeUpdate = from.checkBeforeUpdate;
    }
  }
}
