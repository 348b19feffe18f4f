package io.lighter.cgroups;

/**
 * Settings of the controller {@code rdma}.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#rdma">Control Group v2, RDMA</a>
 */
public final class RdmaSettings {
  private static final String FILE = "rdma.max";
  private static final long MOST = Integer.MAX_VALUE;

  private RdmaSettings() {}

  /**
   * {@code rdma.max}: what one device gives.
   *
   * @param device name of an RDMA device, such as {@code mlx4_0}
   * @param handles 0 to 2147483647, or {@link Setting#UNLIMITED}
   * @param objects 0 to 2147483647, or {@link Setting#UNLIMITED}
   */
  public static Setting max(String device, long handles, long objects) {
    if (device.isEmpty() || device.chars().anyMatch(c -> c <= ' ' || c == '/' || c > 126)) {
      throw new IllegalArgumentException("'" + device + "' is no name of an RDMA device");
    }
    return Setting.of(
        Controller.RDMA,
        FILE,
        device + " hca_handle=" + number(handles) + " hca_object=" + number(objects));
  }

  private static String number(long value) {
    return value == Setting.UNLIMITED ? "max" : Long.toString(Setting.within(FILE, value, 0, MOST));
  }
}
