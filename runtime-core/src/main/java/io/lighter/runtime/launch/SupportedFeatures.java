package io.lighter.runtime.launch;

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
}
