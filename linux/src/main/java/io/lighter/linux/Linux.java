package io.lighter.linux;

/**
 * Linux as this room offers it: one object a section of calls, all over one seam.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class Linux {
  private static final class Kernel {
    static final Linux LINUX = new Linux(new NativeSystemCalls());
  }

  private final SystemCalls calls;
  private final Files files;
  private final Mounts mounts;
  private final Processes processes;
  private final Xattrs xattrs;

  /** Puts the calls over a seam of the caller's, such as a {@link RecordedSystemCalls}. */
  public Linux(SystemCalls calls) {
    this.calls = calls;
    this.files = new Files(calls);
    this.mounts = new Mounts(calls);
    this.processes = new Processes(calls);
    this.xattrs = new Xattrs(calls);
  }

  /** Returns the calls as the running kernel answers them. */
  public static Linux kernel() {
    return Kernel.LINUX;
  }

  /** Returns the seam, for calls that no section offers. */
  public SystemCalls calls() {
    return calls;
  }

  /** Returns files, folders and links: openat2, mkdirat, read, ... */
  public Files files() {
    return files;
  }

  /** Returns mounts: fsopen, fsmount, open_tree, move_mount, umount2, ... */
  public Mounts mounts() {
    return mounts;
  }

  /** Returns processes: launch, waitid, pidfd_open, setns, unshare, ... */
  public Processes processes() {
    return processes;
  }

  /** Returns extended attributes: fgetxattr, lsetxattr, ... */
  public Xattrs xattrs() {
    return xattrs;
  }
}
