package io.lighter.linux;

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

  private static final int MAX_DIGITS = 6;

  /**
   * Reads a release as {@code uname -r} prints it, such as {@code 6.1.0-13-amd64}; what comes after
   * the second number is passed over.
   *
   * @throws IllegalArgumentException if it does not begin with two numbers
   */
  public static KernelVersion parse(String release) {
    int dot = digits(release, 0);
    int end = dot < release.length() && release.charAt(dot) == '.' ? digits(release, dot + 1) : 0;
    if (dot == 0 || end <= dot + 1 || dot > MAX_DIGITS || end - dot - 1 > MAX_DIGITS) {
      throw new IllegalArgumentException(
          "kernel version \"" + release + "\" does not begin with two numbers, such as 5.14");
    }
    return new KernelVersion(
        Integer.parseInt(release, 0, dot, 10), Integer.parseInt(release, dot + 1, end, 10));
  }

  /** Returns where the digits end that begin at {@code from}. */
  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
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
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
