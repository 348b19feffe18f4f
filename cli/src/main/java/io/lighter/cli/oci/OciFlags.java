package io.lighter.cli.oci;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.FlagSection;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;
import org.jspecify.annotations.Nullable;

/**
 * The flags of {@code lighter oci} and of each of its commands: names, shorthands and kinds are
 * those of runc 1.5 and crun 1.29. What the two have and this has not is in {@link RefusedFlags}.
 */
final class OciFlags {
  private static final Option BUNDLE =
      valued("b", "bundle", "dir", "Folder of the bundle (default: the working folder)");
  private static final Option CONSOLE_SOCKET =
      valued("", "console-socket", "path", "Unix socket that gets the terminal's master");
  private static final Option PID_FILE =
      valued("", "pid-file", "file", "Write the process id to this file");
  private static final Option PIDFD_SOCKET =
      valued("", "pidfd-socket", "path", "Unix socket that gets the pidfd of the process");
  private static final Option DETACH =
      onOff("d", "detach", "Return when the process has been started");
  private static final Option PRESERVE_FDS =
      valued("", "preserve-fds", "n", "Pass n further descriptors, those after LISTEN_FDS'");

  private static final List<Option> CRIU =
      List.of(
          valued("", "image-path", "dir", "Folder of the images (default: checkpoint)"),
          valued("", "work-path", "dir", "Folder of CRIU's log (default: that of the images)"),
          onOff("", "ext-unix-sk", "Allow Unix sockets that lead outside"),
          onOff("", "shell-job", "Allow a session and a terminal of others"),
          onOff("", "file-locks", "Keep locks of files"),
          valued("", "manage-cgroups-mode", "mode", "ignore (default): the cgroup is made anew"),
          valued("", "empty-ns", "type", "network: make that namespace anew, with nothing in it"));

  private OciFlags() {}

  /** The flags that stand before the command. */
  static FlagSection global() {
    return new FlagSection(
        "Global options",
        List.of(
            valued(
                "",
                "root",
                "dir",
                "Folder of the containers' state (default /run/lighter, or"
                    + " $XDG_RUNTIME_DIR/lighter)"),
            valued("", "log", "file", "Write errors and warnings to this file, too"),
            valued("", "log-format", "format", "Format of that file: text (default) or json"),
            onOff("", "debug", "Log what is done, too"),
            onOff("", "systemd-cgroup", "Have systemd make cgroups, as scopes"),
            valued(
                "", "cgroup-manager", "name", "Who makes cgroups: cgroupfs (default) or systemd"),
            valued("", "criu", "file", "The program criu (default: where programs of root are)"),
            valued(
                "", "rootless", "mode", "Do without root's rights: true, false or auto (default)"),
            onOff("v", "version", "Print the version"),
            onOff("h", "help", "Print this help")));
  }

  /** The flags of a command; null when it is none. */
  static @Nullable FlagSection of(String command) {
    List<Option> flags = flags(command);
    return flags == null ? null : new FlagSection("Options", flags);
  }

  private static @Nullable List<Option> flags(String command) {
    return switch (command) {
      case "create" -> create();
      case "run" -> run();
      case "exec" -> exec();
      case "update" -> update();
      case "checkpoint" -> checkpoint();
      case "restore" -> restore();
      case "start", "state", "pause", "resume", "features" -> List.of(help());
      case "list" ->
          List.of(
              valued("f", "format", "format", "table (default) or json"),
              onOff("q", "quiet", "Print ids only"),
              help());
      case "kill" -> List.of(onOff("a", "all", "Signal every process of the container"), help());
      case "delete" -> List.of(onOff("f", "force", "Kill what still runs first"), help());
      case "ps" -> List.of(valued("f", "format", "format", "table (default) or json"), help());
      case "events" ->
          List.of(
              onOff("", "stats", "Print statistics once"),
              valued("", "interval", "duration", "Time between statistics (default 5s)"),
              help());
      case "spec" ->
          List.of(
              valued("b", "bundle", "dir", "Folder to write to (default: the working folder)"),
              valued("f", "file", "file", "Name of the file (default config.json)"),
              onOff("", "rootless", "For a container of a user who is not root"),
              help());
      default -> null;
    };
  }

  private static Option help() {
    return onOff("h", "help", "Print this help");
  }

  private static List<Option> create() {
    return List.of(
        BUNDLE,
        valued("f", "config", "file", "Configuration in the bundle (default config.json)"),
        CONSOLE_SOCKET,
        PID_FILE,
        PIDFD_SOCKET,
        onOff("", "no-pivot", "Do not use pivot_root (not supported)"),
        onOff("", "no-new-keyring", "Keep the session keyring of the caller"),
        onOff("", "no-subreaper", "Accepted: there is never a subreaper"),
        PRESERVE_FDS,
        help());
  }

  private static List<Option> run() {
    return List.of(
        BUNDLE,
        valued("f", "config", "file", "Configuration in the bundle (default config.json)"),
        CONSOLE_SOCKET,
        DETACH,
        onOff("", "keep", "Do not delete the container when it has ended"),
        PID_FILE,
        PIDFD_SOCKET,
        onOff("", "no-pivot", "Do not use pivot_root (not supported)"),
        onOff("", "no-new-keyring", "Keep the session keyring of the caller"),
        onOff("", "no-subreaper", "Accepted: there is never a subreaper"),
        PRESERVE_FDS,
        help());
  }

  private static List<Option> exec() {
    return List.of(
        CONSOLE_SOCKET,
        valued("", "cwd", "dir", "Working folder in the container"),
        valued("e", "env", "name=value", "Set an environment variable"),
        onOff("t", "tty", "Give the process a terminal"),
        valued("u", "user", "uid[:gid]", "User and group, by number"),
        valued("g", "additional-gids", "gid", "Join a further group"),
        valued("p", "process", "file", "Read the process from this file"),
        DETACH,
        PID_FILE,
        PIDFD_SOCKET,
        valued("", "process-label", "label", "SELinux label"),
        valued("", "apparmor", "profile", "AppArmor profile"),
        onOff("", "no-new-privs", "Set no_new_privs"),
        valued("c", "cap", "capability", "Add a capability"),
        PRESERVE_FDS,
        valued("", "cgroup", "path", "Cgroup below the container's to be born in"),
        onOff("", "ignore-paused", "Start it in a container that is paused, too"),
        help());
  }

  private static List<Option> update() {
    return List.of(
        valued("r", "resources", "file", "Read the limits from this file, or - for stdin"),
        valued("", "blkio-weight", "n", "Weight of block I/O, 10 to 1000"),
        valued("", "cpu-period", "n", "CFS period in microseconds"),
        valued("", "cpu-quota", "n", "CFS quota in microseconds; -1 for none"),
        valued("", "cpu-burst", "n", "CFS burst in microseconds"),
        valued("", "cpu-share", "n", "CPU shares, relative to others"),
        valued("", "cpu-shares", "n", "The same as --cpu-share"),
        valued("", "cpu-idle", "n", "1 for SCHED_IDLE, 0 for the default"),
        valued("", "cpuset-cpus", "list", "CPUs to run on"),
        valued("", "cpuset-mems", "list", "Memory nodes to use"),
        valued("", "memory", "bytes", "Memory limit; -1 for none"),
        valued("", "memory-reservation", "bytes", "Memory soft limit"),
        valued("", "memory-swap", "bytes", "Memory plus swap; -1 for unlimited swap"),
        valued("", "pids-limit", "n", "Most processes; -1 for unlimited"),
        help());
  }

  private static List<Option> checkpoint() {
    List<Option> options = new ArrayList<>(CRIU);
    options.add(onOff("", "leave-running", "Let the container run on"));
    options.add(onOff("", "link-remap", "Name files for a while that are open and have no name"));
    options.add(help());
    return options;
  }

  private static List<Option> restore() {
    List<Option> options = new ArrayList<>(CRIU);
    options.addAll(
        List.of(
            BUNDLE,
            CONSOLE_SOCKET,
            DETACH,
            PID_FILE,
            onOff("", "no-pivot", "Do not use pivot_root (not supported)"),
            onOff("", "no-subreaper", "Accepted: there is never a subreaper"),
            valued("", "lsm-profile", "type:label", "Another label of AppArmor or SELinux"),
            valued("", "lsm-mount-context", "context", "Another SELinux context of mounts"),
            help()));
    return options;
  }
}
