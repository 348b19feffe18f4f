package io.lighter.runtime.resources;

import io.lighter.cgroups.Setting;
import io.lighter.runtime.spec.BlockIo;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.HugepageLimit;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.ThrottleDevice;
import io.lighter.runtime.spec.WeightDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the limits of a container are once some of them have been changed. */
public final class ResourceUpdate {
  private ResourceUpdate() {}

  /**
   * Returns limits that say what holds after both have been applied, one after the other. Rules of
   * device access stay.
   *
   * @param change what is null or absent stays as it was, and so do those for which 0 says nothing
   */
  public static Resources merged(Resources had, Resources change) {
    Map<String, String> unified = new LinkedHashMap<>(had.unified());
    // What a file was given by its name would else hide what a field says of it.
    for (Setting setting : ResourceSettings.of(change)) {
      unified.remove(setting.file());
    }
    unified.putAll(change.unified());
    return had.with(
        r -> {
          r.cpu = merged(had.cpu(), change.cpu());
          r.memory = merged(had.memory(), change.memory());
          r.pids = either(change.pids(), had.pids());
          r.blockIo = merged(had.blockIo(), change.blockIo());
          r.hugepageLimits =
              merged(had.hugepageLimits(), change.hugepageLimits(), HugepageLimit::pageSize);
          r.rdma = new LinkedHashMap<>(had.rdma());
          r.rdma.putAll(change.rdma());
          r.unified = unified;
        });
  }

  private static @Nullable Cpu merged(@Nullable Cpu had, @Nullable Cpu change) {
    if (had == null || change == null) {
      return either(change, had);
    }
    return had.with(
        c -> {
          c.shares = given(change.shares(), had.shares());
          c.quota = given(change.quota(), had.quota());
          c.burst = either(change.burst(), had.burst());
          c.period = given(change.period(), had.period());
          c.cpus = givenText(change.cpus(), had.cpus());
          c.mems = givenText(change.mems(), had.mems());
          c.idle = either(change.idle(), had.idle());
        });
  }

  private static @Nullable Memory merged(@Nullable Memory had, @Nullable Memory change) {
    if (had == null || change == null) {
      return either(change, had);
    }
    return had.with(
        m -> {
          m.limit = given(change.limit(), had.limit());
          m.reservation = given(change.reservation(), had.reservation());
          m.swap = given(change.swap(), had.swap());
        });
  }

  private static @Nullable BlockIo merged(@Nullable BlockIo had, @Nullable BlockIo change) {
    if (had == null || change == null) {
      return either(change, had);
    }
    return new BlockIo(
        either(change.weight(), had.weight()),
        either(change.leafWeight(), had.leafWeight()),
        merged(had.weightDevice(), change.weightDevice(), ResourceUpdate::device),
        throttles(had.throttleReadBpsDevice(), change.throttleReadBpsDevice()),
        throttles(had.throttleWriteBpsDevice(), change.throttleWriteBpsDevice()),
        throttles(had.throttleReadIopsDevice(), change.throttleReadIopsDevice()),
        throttles(had.throttleWriteIopsDevice(), change.throttleWriteIopsDevice()));
  }

  private static String device(WeightDevice device) {
    return device.major() + ":" + device.minor();
  }

  private static List<ThrottleDevice> throttles(
      List<ThrottleDevice> had, List<ThrottleDevice> change) {
    return merged(had, change, device -> device.major() + ":" + device.minor());
  }

  /** Of two entries for one thing the later stays. */
  private static <T> List<T> merged(List<T> had, List<T> change, Function<T, String> thing) {
    Map<String, T> entries = new LinkedHashMap<>();
    had.forEach(entry -> entries.put(thing.apply(entry), entry));
    change.forEach(entry -> entries.put(thing.apply(entry), entry));
    return new ArrayList<>(entries.values());
  }

  private static <T> @Nullable T either(@Nullable T change, @Nullable T had) {
    return change == null ? had : change;
  }

  private static @Nullable Long given(@Nullable Long change, @Nullable Long had) {
    return change == null || change == 0 ? had : change;
  }

  private static @Nullable String givenText(@Nullable String change, @Nullable String had) {
    return change == null || change.isEmpty() ? had : change;
  }
}
