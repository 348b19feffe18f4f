package io.lighter.cgroups;

/**
 * A block device by its numbers; limits of the io controller take a whole disk, not a partition.
 *
 * @param major 0 to 4095
 * @param minor 0 to 1048575
 */
public record BlockDevice(int major, int minor) {
  private static final int MOST_MAJOR = (1 << 12) - 1;
  private static final int MOST_MINOR = (1 << 20) - 1;

  public BlockDevice {
    if (major < 0 || major > MOST_MAJOR || minor < 0 || minor > MOST_MINOR) {
      throw new IllegalArgumentException(
          major + ":" + minor + " is no device: a major number is 0 to 4095, a minor 0 to 1048575");
    }
  }

  /** Returns the numbers as the control files have them: {@code 8:0}. */
  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
