package io.lighter.cli.run;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.NamespaceOptions;
import io.lighter.cli.options.RunOptions;
import io.lighter.runtime.OwnUsers;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.User;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is different for a container whose starter is root of a user namespace and nothing more: the
 * kernel mounts file systems of its own only for who owns the namespace that they show, makes no
 * device node, and knows only ids that are mapped.
 *
 * <p>Pure; what it depends on is in its arguments.
 */
public final class UserNamespaceSpec {
  private static final String PROC = "/proc";
  private static final String SYS = "/sys";
  private static final String CGROUPS = "/sys/fs/cgroup";
  private static final String GID = "gid=";
  private static final String NO_LIMITS =
      "needs a cgroup of the user's own, which this process is not in; start it in one:"
          + " systemd-run --user --scope -p Delegate=yes lighter run ...";

  private final RunOptions options;
  private final OwnUsers users;
  private final boolean ownCgroup;

  /**
   * Prepares for one container.
   *
   * @param users the user namespace
   * @param ownCgroup whether the container gets a cgroup
   */
  public UserNamespaceSpec(RunOptions options, OwnUsers users, boolean ownCgroup) {
    this.options = options;
    this.users = users;
    this.ownCgroup = ownCgroup;
  }

  /**
   * Returns what can be started in place of the specification.
   *
   * @param devices what the specification has as nodes
   * @throws UsageException when the host cannot give what was asked for
   */
  public Spec of(Spec spec, List<GrantedDevice> devices) {
    Resources resources = spec.linuxOrEmpty().resources();
    if (resources != null && !ownCgroup) {
      throw new UsageException("limiting memory, CPU or tasks " + NO_LIMITS);
    }
    if (options.namespaces().hostPid() && !ownCgroup) {
      throw new UsageException("--pid host " + NO_LIMITS);
    }
    List<Mount> mounts = new ArrayList<>();
    for (Mount mount : spec.mounts()) {
      mounts.add(allowed(mount));
    }
    for (GrantedDevice device : devices) {
      mounts.add(
          new Mount(
              device.device().path(), "bind", device.hostPath(), List.of("nosuid", "noexec")));
    }
    return spec.with(
        s -> {
          s.mounts = mounts;
          s.process = withUser(spec.process());
          s.linux = spec.linuxOrEmpty().with(l -> l.devices = List.of());
        });
  }

  private Mount allowed(Mount mount) {
    NamespaceOptions names = options.namespaces();
    String type = String.valueOf(mount.type());
    return switch (type) {
      // Of namespaces that are not its own the kernel lets it show only what is mounted already.
      case "proc" -> names.hostPid() ? bind(mount, PROC) : mount;
      case "sysfs" -> names.hostNetwork() ? bind(mount, SYS) : mount;
      case "cgroup" -> cgroup(mount);
      case "devpts" -> with(mount, withoutStrangers(mount.options()));
      default -> mount;
    };
  }

  /**
   * Without a cgroup of its own a container sees the starter's, where it must change nothing
   * (CVE-2023-25809).
   */
  private Mount cgroup(Mount mount) {
    if (ownCgroup) {
      return mount;
    }
    Mount readOnly = readOnly(mount);
    return options.namespaces().hostCgroup() ? bind(readOnly, CGROUPS) : readOnly;
  }

  /** With all that is mounted there, because parts cannot be uncovered: mount_namespaces(7). */
  private static Mount bind(Mount mount, String source) {
    List<String> changed = new ArrayList<>(List.of("rbind", "nosuid", "noexec", "nodev"));
    if (mount.options().contains("ro")) {
      changed.add("rro");
    }
    return new Mount(mount.destination(), "bind", source, changed);
  }

  private static Mount readOnly(Mount mount) {
    List<String> changed = new ArrayList<>(mount.options());
    changed.remove("rw");
    if (!changed.contains("ro")) {
      changed.add("ro");
    }
    return with(mount, changed);
  }

  private static Mount with(Mount mount, List<String> mountOptions) {
    return new Mount(mount.destination(), mount.type(), mount.source(), mountOptions);
  }

  /** The group tty of a devpts is left out where it has no id. */
  private List<String> withoutStrangers(List<String> mountOptions) {
    return mountOptions.stream()
        .filter(o -> !o.startsWith(GID) || users.gids().contains(Long.parseLong(o.substring(4))))
        .toList();
  }

  private @Nullable Process withUser(@Nullable Process process) {
    if (process == null) {
      return null;
    }
    User user = process.user();
    require(users.uids().contains(user.uid()), "user", user.uid(), users.uids().toString());
    require(users.gids().contains(user.gid()), "group", user.gid(), users.gids().toString());
    if (!users.setsGroups() && !options.process().user().additionalGroups().isEmpty()) {
      throw new UsageException(
          "--group-add: the user namespace has a single group and denies setgroups(2)" + MORE_IDS);
    }
    List<Long> groups = new ArrayList<>();
    for (long gid : user.additionalGids()) {
      if (users.setsGroups() ? users.gids().contains(gid) : gid == user.gid()) {
        groups.add(gid);
      }
    }
    return process.with(p -> p.user = new User(user.uid(), user.gid(), user.umask(), groups));
  }

  private static final String MORE_IDS =
      "; root lends a user more ids by a line in /etc/subuid and in /etc/subgid, such as"
          + " NAME:100000:65536, and newuidmap and newgidmap (Debian's package uidmap) map them";

  private static void require(boolean holds, String what, long id, String known) {
    if (!holds) {
      throw new UsageException(
          "the " + what + " " + id + " is not mapped: there are " + known + MORE_IDS);
    }
  }
}
