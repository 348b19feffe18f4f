package io.lighter.linux;

/**
 * Constants of {@code <linux/sched.h>}, by their C names.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/clone.2.html">clone(2)</a>
 */
public final class Sched {
  public static final long CLONE_NEWTIME = 0x00000080L;
  public static final long CLONE_VM = 0x00000100L;
  public static final long CLONE_FS = 0x00000200L;
  public static final long CLONE_FILES = 0x00000400L;
  public static final long CLONE_SIGHAND = 0x00000800L;
  public static final long CLONE_PIDFD = 0x00001000L;
  public static final long CLONE_PTRACE = 0x00002000L;
  public static final long CLONE_VFORK = 0x00004000L;
  public static final long CLONE_PARENT = 0x00008000L;
  public static final long CLONE_THREAD = 0x00010000L;
  public static final long CLONE_NEWNS = 0x00020000L;
  public static final long CLONE_PARENT_SETTID = 0x00100000L;
  public static final long CLONE_NEWCGROUP = 0x02000000L;
  public static final long CLONE_NEWUTS = 0x04000000L;
  public static final long CLONE_NEWIPC = 0x08000000L;
  public static final long CLONE_NEWUSER = 0x10000000L;
  public static final long CLONE_NEWPID = 0x20000000L;
  public static final long CLONE_NEWNET = 0x40000000L;

  /** Since Linux 5.5: the child starts with every signal at its default. */
  public static final long CLONE_CLEAR_SIGHAND = 0x100000000L;

  /** Since Linux 5.7: the child is born in the cgroup of {@code clone_args.cgroup}. */
  public static final long CLONE_INTO_CGROUP = 0x200000000L;

  private Sched() {}
}
