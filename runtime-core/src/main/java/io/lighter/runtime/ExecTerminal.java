package io.lighter.runtime;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileSystemMagic;
import io.lighter.linux.FileSystemStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.PidFd;
import io.lighter.linux.WindowSize;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of a further process: a pair in the container's own devpts, so that the process
 * finds it under the name that tty(1) tells.
 *
 * <p>What lies at {@code /dev/pts} is the container's to change. So it is opened below the
 * container's root, and used only if it is a devpts; otherwise the pair is one of the host's.
 */
final class ExecTerminal implements AutoCloseable {
  private final Fd slave;
  private @Nullable Fd master;

  private ExecTerminal(Fd master, Fd slave) {
    this.master = master;
    this.slave = slave;
  }

  /**
   * Opens a pair.
   *
   * @param container the container's first process
   * @param owner the user id, as the host sees it, that may open the terminal again
   */
  static ExecTerminal open(Linux linux, PidFd container, WindowSize size, long owner) {
    Fd master = openMaster(linux, container);
    try {
      Fd slave = linux.terminals().openPeer(master);
      ExecTerminal terminal = new ExecTerminal(master, slave);
      if (owner != 0) {
        linux.files().fchown(slave, owner, -1);
      }
      linux.terminals().setWindowSize(master, size);
      return terminal;
    } catch (RuntimeException e) {
      master.close();
      throw e;
    }
  }

  private static Fd openMaster(Linux linux, PidFd container) {
    String root = "/proc/" + container.pid() + "/root";
    try (Fd top =
            linux.files().openat(Fd.WORKING_FOLDER, root, Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0);
        Fd pts =
            linux
                .files()
                .openat2(
                    top,
                    "dev/pts",
                    Fcntl.O_PATH | Fcntl.O_DIRECTORY,
                    0,
                    Fcntl.RESOLVE_IN_ROOT | Fcntl.RESOLVE_NO_MAGICLINKS)) {
      if (isDevpts(linux, pts)) {
        return linux.terminals().openMasterIn(pts);
      }
    } catch (LinuxException e) {
      // None there, or none that can be used: the host's serves as well.
    }
    return linux.terminals().openMaster();
  }

  private static boolean isDevpts(Linux linux, Fd folder) {
    try (Arena arena = Arena.ofConfined()) {
      FileSystemStatus status = new FileSystemStatus(arena);
      linux.files().fstatfs(folder, status);
      return status.type() == FileSystemMagic.DEVPTS_SUPER_MAGIC;
    }
  }

  Stdio stdio() {
    return new Stdio(slave, slave, slave);
  }

  /** Hands the master over; it is no longer closed with this object. */
  Fd takeMaster() {
    Fd taken = master;
    if (taken == null) {
      throw new IllegalStateException("the master has been handed over");
    }
    master = null;
    return taken;
  }

  @Override
  public void close() {
    slave.close();
    if (master != null) {
      master.close();
    }
  }
}
