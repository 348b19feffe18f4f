package io.lighter.linux;

/**
 * Constants of {@code <linux/personality.h>}, by their C names.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/personality.2.html">personality(2)</a>
 */
public final class Personalities {
  public static final int PER_LINUX = 0;

  /** {@code uname -m} tells the machine's 32-bit kind. */
  public static final int PER_LINUX32 = 8;

  private Personalities() {}
}
