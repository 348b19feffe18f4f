package io.lighter.linux;

/**
 * What a cgroup device program is asked: the layout of {@code struct bpf_cgroup_dev_ctx}, to which
 * its register r1 points, and the constants in it, by the names of {@code <linux/bpf.h>}. The
 * program returns 1 to let the request pass and 0 to refuse it with EPERM.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#device-controller">cgroup v2,
 *     device controller</a>
 */
public final class DeviceContext {
  /** A u32: the kind of access in the upper half, the type of device in the lower. */
  public static final int ACCESS_TYPE = 0;

  /** A u32. */
  public static final int MAJOR = 4;

  /** A u32. */
  public static final int MINOR = 8;

  /** How far the kind of access is shifted in {@link #ACCESS_TYPE}. */
  public static final int ACCESS_SHIFT = 16;

  /** The bits of the type in {@link #ACCESS_TYPE}. */
  public static final int TYPE_MASK = 0xFFFF;

  public static final int BPF_DEVCG_ACC_MKNOD = 1;
  public static final int BPF_DEVCG_ACC_READ = 1 << 1;
  public static final int BPF_DEVCG_ACC_WRITE = 1 << 2;

  public static final int BPF_DEVCG_DEV_BLOCK = 1;
  public static final int BPF_DEVCG_DEV_CHAR = 1 << 1;

  private DeviceContext() {}
}
