package io.lighter.cgroups;

import java.util.regex.Pattern;

/**
 * Settings of the controller {@code hugetlb}.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#hugetlb">Control Group v2,
 *     HugeTLB</a>
 */
public final class HugetlbSettings {
  /** How the kernel names a size of page, as in {@code hugetlb.2MB.max}. */
  private static final Pattern SIZE = Pattern.compile("[1-9]\\d{0,3}[KMG]B");

  private HugetlbSettings() {}

  /**
   * {@code hugetlb.SIZE.max}: bytes of huge pages of one size in use; more is SIGBUS.
   *
   * @param pageSize a size that the machine has: {@code 64KB}, {@code 2MB}, {@code 1GB}
   * @param bytes from 0 up, or {@link Setting#UNLIMITED}
   */
  public static Setting max(String pageSize, long bytes) {
    return Setting.ofLimit(Controller.HUGETLB, "hugetlb." + checked(pageSize) + ".max", bytes);
  }

  /**
   * {@code hugetlb.SIZE.rsvd.max}: bytes of huge pages of one size that may be reserved; more makes
   * mmap fail, which a program can handle. Linux 5.7.
   */
  public static Setting reservedMax(String pageSize, long bytes) {
    return Setting.ofLimit(Controller.HUGETLB, "hugetlb." + checked(pageSize) + ".rsvd.max", bytes);
  }

  private static String checked(String pageSize) {
    if (!SIZE.matcher(pageSize).matches()) {
      throw new IllegalArgumentException(
          "'" + pageSize + "' is no size of huge pages: a number and KB, MB or GB, such as 2MB");
    }
    return pageSize;
  }
}
