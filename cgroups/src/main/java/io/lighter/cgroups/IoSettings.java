package io.lighter.cgroups;

/**
 * Settings of the controller {@code io}.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#io">Control Group v2, IO</a>
 */
public final class IoSettings {
  private static final String WEIGHT = "io.weight";
  private static final String BFQ_WEIGHT = "io.bfq.weight";

  /**
   * Limits of one device, each {@link Setting#UNLIMITED} or from 1 up.
   *
   * @param readBytes bytes read a second
   * @param writeBytes bytes written a second
   * @param reads read operations a second
   * @param writes write operations a second
   */
  public record Rates(long readBytes, long writeBytes, long reads, long writes) {
    /** No limit. */
    public static final Rates UNLIMITED =
        new Rates(Setting.UNLIMITED, Setting.UNLIMITED, Setting.UNLIMITED, Setting.UNLIMITED);

    public Rates {
      check(readBytes);
      check(writeBytes);
      check(reads);
      check(writes);
    }

    private static void check(long rate) {
      if (rate != Setting.UNLIMITED && rate < 1) {
        throw Setting.refused("io.max", Long.toString(rate));
      }
    }
  }

  private IoSettings() {}

  /**
   * {@code io.weight}: the share against siblings, on devices under the iocost controller.
   *
   * @param weight 1 to 10000; the kernel starts with 100
   */
  public static Setting weight(int weight) {
    return weight(WEIGHT, "default", weight, 10_000);
  }

  /** {@code io.weight} on one device. */
  public static Setting weight(BlockDevice device, int weight) {
    return weight(WEIGHT, device.toString(), weight, 10_000);
  }

  /**
   * {@code io.bfq.weight}: the share against siblings, on devices under the scheduler bfq; the file
   * is there when bfq is loaded.
   *
   * @param weight 1 to 1000; the kernel starts with 100
   */
  public static Setting bfqWeight(int weight) {
    return weight(BFQ_WEIGHT, "default", weight, 1_000);
  }

  /** {@code io.bfq.weight} on one device. Linux 5.5. */
  public static Setting bfqWeight(BlockDevice device, int weight) {
    return weight(BFQ_WEIGHT, device.toString(), weight, 1_000);
  }

  /** {@code io.max}: the most bytes and operations a second on one device. */
  public static Setting max(BlockDevice device, Rates rates) {
    return Setting.of(
        Controller.IO,
        "io.max",
        device
            + (" rbps=" + rate(rates.readBytes))
            + (" wbps=" + rate(rates.writeBytes))
            + (" riops=" + rate(rates.reads))
            + (" wiops=" + rate(rates.writes)));
  }

  /**
   * {@code io.latency}: siblings with a longer target are slowed while this one is not met. Needs
   * CONFIG_BLK_CGROUP_IOLATENCY.
   *
   * @param micros the target in microseconds, 0 for none
   */
  public static Setting latency(BlockDevice device, long micros) {
    Setting.within("io.latency", micros, 0, Long.MAX_VALUE);
    return Setting.of(Controller.IO, "io.latency", device + " target=" + micros);
  }

  private static Setting weight(String file, String of, int weight, int most) {
    return Setting.of(Controller.IO, file, of + " " + Setting.within(file, weight, 1, most));
  }

  private static String rate(long rate) {
    return Setting.limit("io.max", rate);
  }
}
