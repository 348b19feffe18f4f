package io.lighter.runtime.systemd;

import io.lighter.cgroups.Setting;
import io.lighter.runtime.launch.NumberList;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Settings of a cgroup as properties of the unit that it belongs to. systemd writes the files of a
 * unit anew when it is reloaded or the unit changed, so it must know the limits, too.
 *
 * <p>A file that systemd has no property for is left out, as is one whose property is younger than
 * the systemd at hand: those it leaves alone.
 *
 * @see <a
 *     href="https://www.freedesktop.org/software/systemd/man/latest/systemd.resource-control.html">
 *     systemd.resource-control(5)</a>
 */
final class CgroupProperties {
  private static final long MICROS = 1_000_000;

  /** systemd keeps the quota in whole percents when it is reloaded, and would round it down. */
  private static final long PERCENT_MICROS = 10_000;

  private static final int MOST_NUMBERS = 1 << 16;
  private static final String SUFFIXES = "KMGTPE";

  private final int version;
  private final List<UnitProperty> properties = new ArrayList<>();

  private CgroupProperties(int version) {
    this.version = version;
  }

  /**
   * Returns the properties, in the order of the settings: of two of one name the last counts.
   *
   * @param version of systemd
   */
  static List<UnitProperty> of(List<Setting> settings, int version) {
    CgroupProperties all = new CgroupProperties(version);
    settings.forEach(all::add);
    return all.properties;
  }

  private void add(Setting setting) {
    String value = setting.value().strip();
    switch (setting.file()) {
      case "memory.max" -> addLimit("MemoryMax", value);
      case "memory.high" -> addLimit("MemoryHigh", value);
      case "memory.low" -> addLimit("MemoryLow", value);
      case "memory.min" -> since(240, () -> addLimit("MemoryMin", value));
      case "memory.swap.max" -> addLimit("MemorySwapMax", value);
      case "memory.zswap.max" -> since(253, () -> addLimit("MemoryZSwapMax", value));
      case "pids.max" -> addLimit("TasksMax", value);
      case "cpu.weight" -> addLimit("CPUWeight", value);
      case "cpu.idle" -> since(252, () -> addIdle(value));
      case "cpu.max" -> addQuota(value);
      case "cpuset.cpus" -> since(244, () -> addMask("AllowedCPUs", value));
      case "cpuset.mems" -> since(244, () -> addMask("AllowedMemoryNodes", value));
      case "io.weight" -> addIoWeight(value);
      // systemd sets this one by IOWeight, too, and converts as it is converted here.
      case "io.bfq.weight" -> {
        Setting converted = setting.instead();
        if (converted != null) {
          add(converted);
        }
      }
      default -> {
        // It has none.
      }
    }
  }

  private void since(int needed, Runnable addition) {
    if (version >= needed) {
      addition.run();
    }
  }

  private void addLimit(String name, String value) {
    limit(value).ifPresent(limit -> properties.add(UnitProperty.number(name, limit)));
  }

  /** A number as the kernel reads it, or max; what it would refuse is for it to refuse. */
  private static OptionalLong limit(String value) {
    if (value.equals("max")) {
      return OptionalLong.of(UnitProperty.INFINITY);
    }
    int last = value.length() - 1;
    int suffix = value.isEmpty() ? -1 : SUFFIXES.indexOf(Character.toUpperCase(value.charAt(last)));
    String digits = suffix < 0 ? value : value.substring(0, last);
    try {
      long number = Long.parseLong(digits);
      int shift = 10 * (suffix + 1);
      return number < 0 || number > Long.MAX_VALUE >> shift
          ? OptionalLong.empty()
          : OptionalLong.of(number << shift);
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** A weight of 0 is idleness; who is not idle any more has the default, unless one follows. */
  private void addIdle(String value) {
    properties.add(UnitProperty.number("CPUWeight", value.equals("1") ? 0 : UnitProperty.INFINITY));
  }

  private void addQuota(String value) {
    String[] numbers = value.split(" +", 2);
    OptionalLong quota = limit(numbers[0]);
    OptionalLong period = numbers.length < 2 ? OptionalLong.empty() : limit(numbers[1]);
    if (quota.isEmpty()) {
      return;
    }
    long given = quota.getAsLong();
    if (given == UnitProperty.INFINITY) {
      properties.add(UnitProperty.number("CPUQuotaPerSecUSec", UnitProperty.INFINITY));
    } else {
      long micros = period.orElse(MICROS / 10);
      if (micros <= 0 || given > Long.MAX_VALUE / MICROS) {
        return;
      }
      long perSecond = Math.ceilDiv(given * MICROS / micros, PERCENT_MICROS) * PERCENT_MICROS;
      properties.add(UnitProperty.number("CPUQuotaPerSecUSec", perSecond));
    }
    if (period.isPresent()) {
      since(
          242, () -> properties.add(UnitProperty.number("CPUQuotaPeriodUSec", period.getAsLong())));
    }
  }

  private void addMask(String name, String value) {
    try {
      byte[] bits =
          value.isEmpty() ? new byte[0] : NumberList.parse(name, value, MOST_NUMBERS).toByteArray();
      properties.add(UnitProperty.mask(name, bits));
    } catch (IllegalArgumentException e) {
      // What the kernel would refuse is for it to refuse.
      return;
    }
  }

  /** The one weight without a device: {@code 200} or {@code default 200}. */
  private void addIoWeight(String value) {
    String number = value.startsWith("default ") ? value.substring("default ".length()) : value;
    addLimit("IOWeight", number.strip());
  }
}
