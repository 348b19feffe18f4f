package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.Numbers;
import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A further process of a container, as {@code exec} takes it.
 *
 * @param id of the container
 * @param args the command; empty when {@code processFile} has it
 * @param processFile a file with the whole process, or null
 * @param tty whether the process gets a terminal; null to leave it as it is
 * @param consoleSocket who gets the terminal's master, or null
 * @param pidFile what gets the process id, or null
 * @param pidfdSocket who gets the pidfd, or null
 * @param preserveFds how many descriptors are passed on
 * @param detach whether this process ends while the other lives
 * @param cgroup where it is born, relative to the container's cgroup, or null
 * @param ignorePaused whether it may be started in a container that is paused
 * @param changes what differs from the container's first process
 */
record ExecRequest(
    String id,
    List<String> args,
    @Nullable Path processFile,
    @Nullable Boolean tty,
    @Nullable Path consoleSocket,
    @Nullable Path pidFile,
    @Nullable Path pidfdSocket,
    int preserveFds,
    boolean detach,
    @Nullable String cgroup,
    boolean ignorePaused,
    Changes changes) {

  private static final List<String> CHANGES =
      List.of(
          "cwd",
          "env",
          "user",
          "additional-gids",
          "process-label",
          "apparmor",
          "no-new-privs",
          "cap");

  /**
   * What differs from the container's first process; null and empty for what does not.
   *
   * @param cwd working folder
   * @param env variables that are added
   * @param uid user
   * @param gid group
   * @param additionalGids groups that are added
   * @param label SELinux label
   * @param appArmor AppArmor profile
   * @param noNewPrivileges whether no_new_privs is set
   * @param capabilities those that are added
   */
  record Changes(
      @Nullable String cwd,
      List<String> env,
      @Nullable Long uid,
      @Nullable Long gid,
      List<Long> additionalGids,
      @Nullable String label,
      @Nullable String appArmor,
      @Nullable Boolean noNewPrivileges,
      Set<Capability> capabilities) {}

  /** Gives the flags their meaning. */
  static ExecRequest read(Flags flags, Path folder) {
    Path file = Paths.orNull(flags.last("process"), folder);
    if (file != null) {
      refuseChanges(flags);
    }
    List<String> operands =
        Operands.all(flags, file == null ? 2 : 1, file == null ? Integer.MAX_VALUE : 1);
    return new ExecRequest(
        operands.getFirst(),
        List.copyOf(operands.subList(1, operands.size())),
        file,
        onOrNull(flags, "tty"),
        Paths.orNull(flags.last("console-socket"), folder),
        Paths.orNull(flags.last("pid-file"), folder),
        Paths.orNull(flags.last("pidfd-socket"), folder),
        PassedDescriptors.count(flags),
        flags.isOn("detach", false),
        cgroup(flags.last("cgroup")),
        flags.isOn("ignore-paused", false),
        changes(flags));
  }

  private static void refuseChanges(Flags flags) {
    for (String name : CHANGES) {
      if (flags.isGiven(name)) {
        throw new UsageException(
            "--process names the whole process: leave out --" + name + ", or write it there");
      }
    }
  }

  private static Changes changes(Flags flags) {
    Long uid = null;
    Long gid = null;
    String user = flags.last("user");
    if (user != null) {
      int colon = user.indexOf(':');
      uid = id(flags, "user", colon < 0 ? user : user.substring(0, colon));
      gid = colon < 0 ? null : id(flags, "user", user.substring(colon + 1));
    }
    List<Long> groups = new ArrayList<>();
    for (String group : flags.all("additional-gids")) {
      groups.add(id(flags, "additional-gids", group));
    }
    return new Changes(
        flags.last("cwd"),
        List.copyOf(flags.all("env")),
        uid,
        gid,
        List.copyOf(groups),
        flags.last("process-label"),
        flags.last("apparmor"),
        onOrNull(flags, "no-new-privs"),
        capabilities(flags));
  }

  private static @Nullable Boolean onOrNull(Flags flags, String name) {
    return flags.isGiven(name) ? flags.isOn(name, false) : null;
  }

  private static long id(Flags flags, String flag, String text) {
    try {
      return Numbers.digits(text, 0xFFFF_FFFEL);
    } catch (InvalidValueException e) {
      throw flags.invalid(flag, text, e);
    }
  }

  private static Set<Capability> capabilities(Flags flags) {
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    for (String name : flags.all("cap")) {
      try {
        capabilities.add(Capability.valueOf(name.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw flags.invalid("cap", name, "no capability is named so; an example is CAP_KILL");
      }
    }
    return capabilities;
  }

  /** Of cgroup v2, where a container has one cgroup for all controllers. */
  private static @Nullable String cgroup(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (text.indexOf(':') >= 0) {
      throw new UsageException(
          "--cgroup " + text + " is not supported: cgroup v2 has one cgroup for all controllers");
    }
    String relative = text.replaceAll("^/+|/+$", "");
    return relative.isEmpty() ? null : relative;
  }

  /** The process, made of the container's first one. */
  Process from(Process first) {
    return first.with(
        p -> {
          p.args = args;
          p.terminal = Boolean.TRUE.equals(tty);
          p.cwd = changes.cwd() == null ? first.cwd() : changes.cwd();
          p.env = EnvironmentList.join(first.env(), changes.env());
          p.user = user(first.user());
          p.capabilities = capabilities(first.capabilities());
          p.selinuxLabel = changes.label() == null ? first.selinuxLabel() : changes.label();
          p.apparmorProfile =
              changes.appArmor() == null ? first.apparmorProfile() : changes.appArmor();
          p.noNewPrivileges =
              changes.noNewPrivileges() == null
                  ? first.noNewPrivileges()
                  : changes.noNewPrivileges();
        });
  }

  private User user(User first) {
    List<Long> groups = new ArrayList<>(first.additionalGids());
    groups.addAll(changes.additionalGids());
    return new User(
        changes.uid() == null ? first.uid() : changes.uid(),
        changes.gid() == null ? first.gid() : changes.gid(),
        first.umask(),
        groups);
  }

  /** Not inheritable and so not ambient: that would give file capabilities back. */
  private @Nullable Capabilities capabilities(@Nullable Capabilities first) {
    if (changes.capabilities().isEmpty()) {
      return first;
    }
    Capabilities had = first == null ? Capabilities.NONE : first;
    return new Capabilities(
        with(had.bounding()),
        with(had.effective()),
        had.inheritable(),
        with(had.permitted()),
        had.ambient());
  }

  private Set<Capability> with(Set<Capability> had) {
    Set<Capability> all = EnumSet.copyOf(changes.capabilities());
    all.addAll(had);
    return all;
  }
}
