package io.lighter.runtime.launch;

import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompSyscall;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.List;

/**
 * What plans carry out, found by asking them: so that what is told to others cannot fall behind
 * what is done. Whether this host has it, too, is not looked at.
 */
public final class SupportedFeatures {
  /** The options that config.md, "Linux mount options", has, and crun's and runc's own. */
  private static final List<String> MOUNT_OPTIONS =
      List.of(
          ("acl async atime bind copy-symlink defaults dest-nofollow dev diratime dirsync exec"
                  + " idmap iversion lazytime loud mand noacl noatime nodev nodiratime noexec"
                  + " noiversion nolazytime nomand norelatime nostrictatime nosuid nosymfollow"
                  + " private ratime rbind rdev rdiratime relatime remount rexec ridmap rnoatime"
                  + " rnodev rnodiratime rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow"
                  + " ro rprivate rrelatime rro rrw rshared rslave rstrictatime rsuid rsymfollow"
                  + " runbindable rw shared silent slave src-nofollow strictatime suid symfollow"
                  + " sync tmpcopyup unbindable")
              .split(" ", -1));

  private SupportedFeatures() {}

  /** Returns the options of mounts that have a meaning here and not in the file system alone. */
  public static List<String> mountOptions() {
    return MOUNT_OPTIONS.stream()
        .filter(option -> MountOptions.parse(List.of(option)).data().isEmpty())
        .toList();
  }

  /** Returns whether a rule of a system-call filter may have this action. */
  public static boolean seccompAction(SeccompAction action) {
    String listener = action == SeccompAction.NOTIFY ? "/run/listener" : null;
    SeccompSyscall rule = new SeccompSyscall(List.of("mkdir"), action, null, List.of());
    Seccomp filter =
        new Seccomp(SeccompAction.ALLOW, null, List.of(), List.of(), listener, null, List.of(rule));
    LinuxConfig linux =
        LinuxConfig.EMPTY.with(
            l -> {
              l.namespaces = List.of(new Namespace(NamespaceType.MOUNT));
              l.seccomp = filter;
            });
    try {
      UnsupportedFields.refuse(Spec.empty().with(spec -> spec.linux = linux));
      return true;
    } catch (UnsupportedSpecException e) {
      return false;
    }
  }
}
