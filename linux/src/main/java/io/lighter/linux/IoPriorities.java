package io.lighter.linux;

/**
 * Constants of {@code <linux/ioprio.h>}, by their C names.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioprio_set.2.html">ioprio_set(2)</a>
 */
public final class IoPriorities {
  public static final int IOPRIO_WHO_PROCESS = 1;
  public static final int IOPRIO_WHO_PGRP = 2;
  public static final int IOPRIO_WHO_USER = 3;

  private static final int IOPRIO_CLASS_SHIFT = 13;

  private IoPriorities() {}

  /**
   * Returns a class and a priority within it as ioprio_set takes them.
   *
   * @param priority 0 (highest) to 7
   */
  public static int value(int ioClass, int priority) {
    return ioClass << IOPRIO_CLASS_SHIFT | priority;
  }
}
