package io.lighter.linux;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a kernel by its first two numbers; what comes after them adds no system calls.
 *
 * @param major such as 6
 * @param minor such as 18
 */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
  /**
   * The oldest kernel that Lighter runs on: the first with {@code cgroup.kill}, and with it all of
   * openat2, clone3 into a cgroup, pidfds, mount_setattr and close_range.
   */
  public static final KernelVersion FLOOR = new KernelVersion(5, 14);

  private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

  private static final Comparator<KernelVersion> ORDER =
      Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

  /**
   * Reads a release as uname tells it: {@code 6.1.0-18-amd64}.
   *
   * @throws IllegalArgumentException when it does not begin with two numbers
   */
  public static KernelVersion parse(String release) {
    Matcher matcher = RELEASE.matcher(release);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not the release of a Linux kernel: \"" + release + "\"");
    }
    return new KernelVersion(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Returns whether this one is as new as another. */
  public boolean isAtLeast(int otherMajor, int otherMinor) {
    return compareTo(new KernelVersion(otherMajor, otherMinor)) >= 0;
  }

  /**
   * Refuses a kernel below the floor.
   *
   * @throws UnsupportedOperationException which says what is there and what is needed
   */
  public void requireFloor() {
    if (compareTo(FLOOR) < 0) {
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
