package io.lighter.cgroups;

/**
 * Pressure stall information of one resource at the last reading: how much of the time processes
 * waited for it. Reused; parsing allocates nothing. Not thread-safe.
 *
 * @see <a href="https://docs.kernel.org/accounting/psi.html">PSI, Pressure Stall Information</a>
 */
public final class Pressure {
  /** Which processes waited. */
  public enum Share {
    /** At least one. */
    SOME,
    /** All that were not idle. */
    FULL
  }

  /** One line of figures. */
  public static final class Stall {
    private long average10;
    private long average60;
    private long average300;
    private long totalMicros;

    private Stall() {}

    /** Returns hundredths of a percent of the last 10 seconds: 1234 is 12.34 %. */
    public long average10() {
      return average10;
    }

    /** Returns hundredths of a percent of the last 60 seconds. */
    public long average60() {
      return average60;
    }

    /** Returns hundredths of a percent of the last 300 seconds. */
    public long average300() {
      return average300;
    }

    /** Returns microseconds waited since the cgroup was made. */
    public long totalMicros() {
      return totalMicros;
    }

    private void clear() {
      average10 = CgroupStatistics.ABSENT;
      average60 = CgroupStatistics.ABSENT;
      average300 = CgroupStatistics.ABSENT;
      totalMicros = CgroupStatistics.ABSENT;
    }

    /** Takes {@code avg10=0.00 avg60=0.00 avg300=0.00 total=0}, in this order since Linux 4.20. */
    private void parse(TextCursor text) {
      text.skipPast('=');
      average10 = text.hundredths();
      text.skipPast('=');
      average60 = text.hundredths();
      text.skipPast('=');
      average300 = text.hundredths();
      text.skipPast('=');
      totalMicros = text.number();
    }
  }

  private final Stall some = new Stall();
  private final Stall full = new Stall();

  Pressure() {
    clear();
  }

  /** Returns the figures of {@link Share#SOME}. */
  public Stall some() {
    return some;
  }

  /** Returns the figures of {@link Share#FULL}; of the cpu they are absent before Linux 5.13. */
  public Stall full() {
    return full;
  }

  void clear() {
    some.clear();
    full.clear();
  }

  void parse(TextCursor text) {
    clear();
    while (!text.atEnd()) {
      (text.peek() == 's' ? some : full).parse(text);
      text.nextLine();
    }
  }
}
