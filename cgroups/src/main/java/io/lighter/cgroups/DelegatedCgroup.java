package io.lighter.cgroups;

import io.lighter.linux.Linux;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cgroup of this process, where it is left to the user to make cgroups in: systemd calls that
 * delegation.
 *
 * <p>As cgroup v2 lets a cgroup either hold processes or hand controllers down, this process must
 * step aside before those that it makes can have limits.
 *
 * <p>One thread at a time.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#delegation">Control Group v2,
 *     "Delegation"</a>
 */
public final class DelegatedCgroup implements AutoCloseable {
  private static final Duration REMOVAL = Duration.ofSeconds(1);

  private final Linux linux;
  private final Cgroup cgroup;
  private @Nullable Cgroup aside;

  private DelegatedCgroup(Linux linux, Cgroup cgroup) {
    this.linux = linux;
    this.cgroup = cgroup;
  }

  /**
   * Finds it; null where there is no cgroup v2, or this process' cgroup belongs to another user.
   */
  public static @Nullable DelegatedCgroup find(Linux linux) {
    Cgroup own;
    try {
      own = CgroupTree.locate(linux).own();
    } catch (CgroupException e) {
      return null;
    }
    if (Delegation.isWritable(linux, own.fd(), ".")
        && Delegation.isWritable(linux, own.fd(), "cgroup.procs")) {
      return new DelegatedCgroup(linux, own);
    }
    own.close();
    return null;
  }

  /** Returns the path from the tree's root. */
  public String path() {
    return cgroup.path();
  }

  /**
   * Moves this process into a cgroup of its own, so that others can have limits. Once.
   *
   * @throws CgroupException when other processes are in the cgroup, which are not ours to move
   */
  public void stepAside() {
    int self = linux.credentials().getpid();
    List<Integer> others = new ArrayList<>(cgroup.processes());
    others.remove(Integer.valueOf(self));
    if (!others.isEmpty()) {
      throw new CgroupException(
          "the cgroup "
              + path()
              + " can hand no limits down, because other processes are in it ("
              + ProcessNames.of(cgroup.tree().files(), others)
              + "); start this one in a cgroup of its own: systemd-run --user --scope"
              + " -p Delegate=yes ...");
    }
    aside = cgroup.create("lighter-" + self);
    aside.add(self);
  }

  /** Moves this process back, where it had stepped aside; what was made here must be removed. */
  @Override
  public void close() {
    Cgroup from = aside;
    try (cgroup) {
      if (from != null) {
        cgroup.disableAll();
        cgroup.add(linux.credentials().getpid());
        from.remove(REMOVAL);
      }
    }
  }
}
