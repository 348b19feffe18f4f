package io.lighter.linux;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a kernel: the two numbers that say what it can do.
 *
 * @param major the 6 of 6.18
 * @param minor the 18 of 6.18
 */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
  /**
   * The oldest kernel that Lighter runs on: the first with cgroup.kill, and so with openat2, clone3
   * into a cgroup, pidfds, mount_setattr and close_range as well.
   */
  public static final KernelVersion FLOOR = new KernelVersion(5, 14);

  private static final Pattern RELEASE = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\D.*)?");
  private static final Comparator<KernelVersion> ORDER =
      Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

  /**
   * Reads a release as {@code uname -r} prints it, such as {@code 6.1.0-13-amd64}; what comes after
   * the second number is passed over.
   *
   * @throws IllegalArgumentException if it does not begin with two numbers
   */
  public static KernelVersion parse(String release) {
    Matcher matcher = RELEASE.matcher(release);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "kernel version \"" + release + "\" does not begin with two numbers, such as 5.14");
    }
    return new KernelVersion(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Returns the version of the running kernel. */
  public static KernelVersion current() {
    return parse(System.getProperty("os.version"));
  }

  /** Returns whether this kernel has what came with {@code other}. */
  public boolean isAtLeast(KernelVersion other) {
    return compareTo(other) >= 0;
  }

  /**
   * Refuses a kernel below {@link #FLOOR}.
   *
   * @throws UnsupportedOperationException which says what is there and what is needed
   */
  public void requireFloor() {
    if (!isAtLeast(FLOOR)) {
      throw new UnsupportedOperationException(
          "Lighter needs Linux "
              + FLOOR
              + " or later and this machine runs "
              + this
              + ": boot a newer kernel");
    }
  }

  @Override
  public int compareTo(KernelVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
