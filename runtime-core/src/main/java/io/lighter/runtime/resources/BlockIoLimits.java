package io.lighter.runtime.resources;

import static io.lighter.runtime.resources.ResourceSettings.refused;
import static io.lighter.runtime.resources.ResourceSettings.unsigned;

import io.lighter.cgroups.BlockDevice;
import io.lighter.cgroups.IoSettings;
import io.lighter.cgroups.IoSettings.Rates;
import io.lighter.cgroups.Setting;
import io.lighter.runtime.spec.BlockIo;
import io.lighter.runtime.spec.ThrottleDevice;
import io.lighter.runtime.spec.WeightDevice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code linux.resources.blockIO}: the controller io. */
final class BlockIoLimits {
  private static final int LEAST_WEIGHT = 10;

  private BlockIoLimits() {}

  /** Changes one of a device's rates. */
  @FunctionalInterface
  private interface Change {
    Rates of(Rates before, long rate);
  }

  static void add(@Nullable BlockIo io, List<Setting> settings) {
    if (io == null) {
      return;
    }
    refuseLeafWeight("blockIO.leafWeight", io.leafWeight());
    Integer weight = io.weight();
    if (weight != null && weight != 0) {
      settings.add(IoSettings.bfqWeight(weight).orElse(IoSettings.weight(convert(weight))));
    }
    for (int i = 0; i < io.weightDevice().size(); i++) {
      addWeight(io.weightDevice().get(i), i, settings);
    }
    addRates(io, settings);
  }

  private static void addWeight(WeightDevice device, int index, List<Setting> settings) {
    refuseLeafWeight("blockIO.weightDevice[" + index + "].leafWeight", device.leafWeight());
    Integer weight = device.weight();
    if (weight != null && weight != 0) {
      BlockDevice disk = disk(device.major(), device.minor());
      settings.add(
          IoSettings.bfqWeight(disk, weight).orElse(IoSettings.weight(disk, convert(weight))));
    }
  }

  /** One device has one line in io.max, whatever number of lists it stands in. */
  private static void addRates(BlockIo io, List<Setting> settings) {
    Map<BlockDevice, Rates> rates = new LinkedHashMap<>();
    collect(
        rates,
        io.throttleReadBpsDevice(),
        (r, rate) -> new Rates(rate, r.writeBytes(), r.reads(), r.writes()));
    collect(
        rates,
        io.throttleWriteBpsDevice(),
        (r, rate) -> new Rates(r.readBytes(), rate, r.reads(), r.writes()));
    collect(
        rates,
        io.throttleReadIopsDevice(),
        (r, rate) -> new Rates(r.readBytes(), r.writeBytes(), rate, r.writes()));
    collect(
        rates,
        io.throttleWriteIopsDevice(),
        (r, rate) -> new Rates(r.readBytes(), r.writeBytes(), r.reads(), rate));
    rates.forEach((disk, limit) -> settings.add(IoSettings.max(disk, limit)));
  }

  private static void collect(
      Map<BlockDevice, Rates> rates, List<ThrottleDevice> devices, Change change) {
    for (ThrottleDevice device : devices) {
      // 0 took a limit away in cgroup v1.
      long rate = device.rate() == 0 ? Setting.UNLIMITED : unsigned(device.rate());
      rates.compute(
          disk(device.major(), device.minor()),
          (_, before) -> change.of(before == null ? Rates.UNLIMITED : before, rate));
    }
  }

  private static BlockDevice disk(long major, long minor) {
    return new BlockDevice(
        (int) Math.min(major, Integer.MAX_VALUE), (int) Math.min(minor, Integer.MAX_VALUE));
  }

  private static void refuseLeafWeight(String field, @Nullable Integer weight) {
    if (weight != null && weight != 0) {
      throw refused(field, "cgroup v2 has no leaf weight; use the weight");
    }
  }

  /** Converts a weight of 10 to 1000 to one of 1 to 10000, end to end by a straight line. */
  static int convert(int weight) {
    return 1 + (Math.max(weight, LEAST_WEIGHT) - LEAST_WEIGHT) * 9_999 / 990;
  }
}
