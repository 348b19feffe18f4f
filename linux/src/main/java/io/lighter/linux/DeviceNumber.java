package io.lighter.linux;

/**
 * Device numbers as mknod(2) and statx(2) carry them.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/makedev.3.html">makedev(3)</a>
 */
public final class DeviceNumber {
  private DeviceNumber() {}

  /**
   * Packs a device number.
   *
   * @param major 0 to 2^32-1 in glibc's encoding; the kernel takes 12 bits
   * @param minor 0 to 2^32-1 in glibc's encoding; the kernel takes 20 bits
   */
  public static long of(long major, long minor) {
    return ((major & 0xfffff000L) << 32)
        | ((major & 0xfffL) << 8)
        | ((minor & 0xffffff00L) << 12)
        | (minor & 0xffL);
  }

  /** Returns the major part. */
  public static long major(long device) {
    return ((device >>> 32) & 0xfffff000L) | ((device >>> 8) & 0xfffL);
  }

  /** Returns the minor part. */
  public static long minor(long device) {
    return ((device >>> 12) & 0xffffff00L) | (device & 0xffL);
  }
}
