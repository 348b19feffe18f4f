package io.lighter.cgroups;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What {@code io.stat} said at the last reading: figures of each device and their sums. Reused;
 * allocates only when there are more devices than ever before. Not thread-safe.
 */
public final class IoStatistics {
  private static final int KEYS = IoStat.values().length;
  private static final KeyTable TABLE =
      new KeyTable(Stream.of(IoStat.values()).map(k -> k.name().toLowerCase(Locale.ROOT)).toList());

  private int devices;
  private int[] numbers = new int[8];
  private long[] values = new long[4 * KEYS];
  private final long[] sums = new long[KEYS];

  IoStatistics() {}

  /** Returns how many devices were used. */
  public int devices() {
    return devices;
  }

  /** Returns the major number of the device at an index, 0 to {@link #devices()} exclusive. */
  public int major(int device) {
    return numbers[2 * checked(device)];
  }

  /** Returns the minor number of the device at an index. */
  public int minor(int device) {
    return numbers[2 * checked(device) + 1];
  }

  /** Returns a figure of the device at an index. */
  @SuppressWarnings("EnumOrdinal") // as in FlatKeyed
  public long get(int device, IoStat key) {
    return values[checked(device) * KEYS + key.ordinal()];
  }

  /** Returns a figure of all devices together. */
  @SuppressWarnings("EnumOrdinal")
  public long sum(IoStat key) {
    return sums[key.ordinal()];
  }

  private int checked(int device) {
    if (device < 0 || device >= devices) {
      throw new IndexOutOfBoundsException("device " + device + " of " + devices);
    }
    return device;
  }

  void clear() {
    devices = 0;
    Arrays.fill(sums, 0);
  }

  /**
   * Takes lines such as {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6}. Some kernels
   * put a device without figures at the start of the next one's line, so a device begins wherever
   * its numbers stand.
   */
  void parse(TextCursor text) {
    clear();
    while (!text.atEnd()) {
      byte here = text.peek();
      if (here >= '0' && here <= '9') {
        addDevice((int) text.number(), text.skip(':') ? (int) text.number() : 0);
      } else if (here == ' ' || here == '\n') {
        text.skip(here);
      } else {
        int key = text.key(TABLE, '=');
        if (key >= 0 && devices > 0) {
          long value = text.number();
          values[(devices - 1) * KEYS + key] = value;
          sums[key] += value;
        }
        text.skipWord();
      }
    }
  }

  private void addDevice(int major, int minor) {
    if (2 * (devices + 1) > numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * numbers.length);
      values = Arrays.copyOf(values, 2 * values.length);
    }
    numbers[2 * devices] = major;
    numbers[2 * devices + 1] = minor;
    Arrays.fill(values, devices * KEYS, (devices + 1) * KEYS, 0);
    devices++;
  }
}
