package io.lighter.runtime.rootless;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.IdRanges.Range;
import io.lighter.runtime.spec.IdMapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The way of a command of an ordinary user into a user namespace in which it is root: the command
 * is run once more, in there, under the same process id and with the same terminal, so that nobody
 * who waits for it or signals it sees a difference.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">
 *     user_namespaces(7)</a>
 */
public final class UserNamespaceEntrance {
  private final Linux linux;
  private final Map<String, String> environment;
  private final long uid;
  private final long gid;

  /** Looks at this process. */
  public UserNamespaceEntrance(Linux linux, Map<String, String> environment) {
    this.linux = linux;
    this.environment = environment;
    this.uid = linux.credentials().geteuid();
    this.gid = linux.credentials().getegid();
  }

  /**
   * Runs the command line of this process again, as root of a new user namespace with mounts of its
   * own. Returns only by throwing.
   *
   * @throws RootlessException names the step that the host forbids
   */
  public void runAgain() {
    runAgain(List.of());
  }

  /**
   * As {@link #runAgain()}.
   *
   * @param kept descriptors that stay open under the same numbers, beside the standard streams
   */
  public void runAgain(List<Fd> kept) {
    try (Fd namespace = create()) {
      runAgainIn(namespace, kept);
    }
  }

  /**
   * As {@link #runAgain(List)}, in the namespace in which that of a process was made: who is root
   * there may do with the process what its starter may.
   *
   * @param pid of a process in a user namespace that was made in one of this user's
   */
  public void runAgainAround(int pid, List<Fd> kept) {
    Path file = Path.of("/proc", Integer.toString(pid), "ns/user");
    try (Fd inner = linux.files().openat(Fd.WORKING_FOLDER, file.toString(), Fcntl.O_RDONLY, 0);
        Fd outer = linux.userNamespaces().parent(inner)) {
      if (outer == null) {
        throw new RootlessException(
            "entering the user namespace around process " + pid + ": it is in none of this user's");
      }
      runAgainIn(outer, kept);
    } catch (LinuxException e) {
      throw new RootlessException(
          "entering the user namespace around process " + pid + ": " + e.getMessage(), e);
    }
  }

  private void runAgainIn(Fd namespace, List<Fd> kept) {
    try {
      List<String> settings = new ArrayList<>();
      environment.forEach((name, value) -> settings.add(name + "=" + value));
      String java = Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
      linux.userNamespaces().enter(namespace, kept, java, commandLine(), settings);
    } catch (IOException e) {
      throw new RootlessException("/proc must be mounted: " + e.getMessage(), e);
    } catch (LinuxException e) {
      throw new RootlessException("entering the user namespace: " + e.getMessage(), e);
    }
  }

  private static List<String> commandLine() throws IOException {
    String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
    List<String> arguments = new ArrayList<>(List.of(line.split("\0", -1)));
    arguments.removeLast(); // behind the last zero
    return arguments;
  }

  private Fd create() {
    try {
      return linux.userNamespaces().create(this::map);
    } catch (LinuxException e) {
      throw new RootlessException(
          "making a user namespace, which a container of an ordinary user needs: "
              + e.getMessage()
              + ": "
              + HostRefusal.HERE.reason(e.errno()),
          e);
    }
  }

  private void map(int pid) {
    String name = System.getProperty("user.name");
    List<Range> lentUids = SubordinateIds.of(Path.of("/etc/subuid"), name, uid);
    List<Range> lentGids = SubordinateIds.of(Path.of("/etc/subgid"), name, uid);
    IdMapCommand uids = IdMapCommand.find("newuidmap", environment);
    IdMapCommand gids = IdMapCommand.find("newgidmap", environment);
    if (lentUids.isEmpty() || lentGids.isEmpty() || uids == null || gids == null) {
      mapOwn(pid);
      return;
    }
    UserMapping mapping = UserMapping.of(uid, lentUids, gid, lentGids);
    uids.map(linux, pid, mapping.uids());
    gids.map(linux, pid, mapping.gids());
  }

  /**
   * A user may map the own group only where no process can leave a group any more: setgroups(2).
   */
  private void mapOwn(int pid) {
    Path process = Path.of("/proc", Integer.toString(pid));
    UserMapping own = UserMapping.single(uid, gid);
    try {
      Files.writeString(process.resolve("setgroups"), "deny");
      Files.writeString(process.resolve("uid_map"), text(own.uids()));
      Files.writeString(process.resolve("gid_map"), text(own.gids()));
    } catch (IOException e) {
      throw new RootlessException(
          "mapping the own id in the user namespace: "
              + e.getMessage()
              + ": "
              + HostRefusal.HERE.reason(Errno.EPERM),
          e);
    }
  }

  private static String text(List<IdMapping> lines) {
    return String.join(" ", UserMapping.arguments(lines));
  }
}
