package io.lighter.runtime;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.launch.LaunchInputs.TerminalInput;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.User;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of a container that is about to start: a devpts of its own, still detached, with one
 * pair opened in it.
 *
 * <p>The slave comes from the master by TIOCGPTPEER, not by a path, so that no file which a
 * container puts there can be taken for it (CVE-2025-52565).
 */
final class ContainerTerminal implements AutoCloseable {
  private final Fd devpts;
  private final Fd slave;
  private @Nullable Fd master;

  private ContainerTerminal(Fd devpts, Fd master, Fd slave) {
    this.devpts = devpts;
    this.master = master;
    this.slave = slave;
  }

  /**
   * Opens one.
   *
   * @param config tells how the container's ids appear on the host: the devpts is the host's
   * @param user who may open the terminal again
   */
  static ContainerTerminal open(
      Linux linux, TerminalInput input, WindowSize size, LinuxConfig config, User user) {
    Fd devpts = mount(linux, input, config);
    Fd master = null;
    try {
      master = linux.terminals().openMasterIn(devpts);
      Fd slave = linux.terminals().openPeer(master);
      ContainerTerminal terminal = new ContainerTerminal(devpts, master, slave);
      long owner = HostIds.uid(config, user.uid());
      if (owner != 0) {
        // So that the user may open it again, as /dev/stdout and /dev/tty do.
        linux.files().fchown(slave, owner, -1);
      }
      linux.terminals().setWindowSize(master, size);
      return terminal;
    } catch (RuntimeException e) {
      if (master != null) {
        master.close();
      }
      devpts.close();
      throw e;
    }
  }

  private static Fd mount(Linux linux, TerminalInput input, LinuxConfig config) {
    List<String> options = new ArrayList<>(input.options().size());
    for (String option : input.options()) {
      int value = option.indexOf('=') + 1;
      String key = option.substring(0, Math.max(0, value - 1));
      options.add(option.substring(0, value) + onHost(key, option.substring(value), config));
    }
    return linux.mounts().create("devpts", options, input.attributes());
  }

  private static String onHost(String key, String value, LinuxConfig config) {
    try {
      return switch (key) {
        case "uid" -> Long.toString(HostIds.uid(config, Long.parseLong(value)));
        case "gid" -> Long.toString(HostIds.gid(config, Long.parseLong(value)));
        default -> value;
      };
    } catch (NumberFormatException e) {
      return value; // the kernel says what is wrong with it
    }
  }

  Fd devpts() {
    return devpts;
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
    devpts.close();
    slave.close();
    if (master != null) {
      master.close();
    }
  }
}
