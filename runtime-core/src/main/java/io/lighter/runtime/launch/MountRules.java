package io.lighter.runtime.launch;

import static io.lighter.runtime.launch.MountOptions.Extra.*;

import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.SpecException;
import java.util.Set;

/** What is refused of a mount before anything is tried, with the reason. */
final class MountRules {
  /**
   * What lxcfs and the like put in the place of the kernel's answers. Over anything else in procfs
   * a mount could make a runtime or a program write to, or trust, another file: CVE-2019-16884.
   */
  private static final Set<String> REPLACEABLE =
      Set.of(
          "/proc/cpuinfo",
          "/proc/diskstats",
          "/proc/loadavg",
          "/proc/meminfo",
          "/proc/net/dev",
          "/proc/slabinfo",
          "/proc/stat",
          "/proc/swaps",
          "/proc/uptime",
          "/proc/sys/kernel/ns_last_pid",
          "/proc/sys/crypto/fips_enabled");

  private MountRules() {}

  /**
   * Checks a mount.
   *
   * @param destination normalized
   * @throws SpecException when it must not be, or contradicts itself
   */
  static void check(Mount mount, String destination, MountOptions options) {
    String at = "mounts[" + destination + "]";
    require(
        !destination.equals("/"),
        at + ".destination",
        "the root cannot be mounted over; give the root file system as root.path");
    boolean bind = options.bind() || mount.isBind();
    inProc(mount, destination, bind, at);
    if (bind) {
      bind(mount, options, at);
    } else {
      fileSystem(mount, options, at);
    }
  }

  private static void inProc(Mount mount, String destination, boolean bind, String at) {
    if (!ContainerPath.isBelow(destination, "/proc")) {
      return;
    }
    if (destination.equals("/proc")) {
      // Of a bind it is seen when its source is opened.
      require(
          bind || "proc".equals(mount.type()),
          at + ".type",
          "only procfs belongs at /proc: programs and this runtime trust what they find there");
      return;
    }
    require(
        REPLACEABLE.contains(destination),
        at + ".destination",
        "nothing is mounted inside /proc but over a few files that tell of the system ("
            + String.join(", ", REPLACEABLE.stream().sorted().toList())
            + "); to hide a path, use linux.maskedPaths");
  }

  private static void bind(Mount mount, MountOptions options, String at) {
    require(
        options.data().isEmpty(),
        at + ".options",
        "a bind mount shares its file system with the source, which has its options already: "
            + String.join(",", options.data()));
    require(
        options.superblock() == 0,
        at + ".options",
        "sync, dirsync, mand, lazytime, iversion and silent are set where the file system is first"
            + " mounted, not by a bind mount of it");
    require(
        !options.has(TMPCOPYUP), at + ".options", "tmpcopyup is for a tmpfs, not for a bind mount");
    require(
        !options.has(COPY_SYMLINK)
            || !(options.has(SRC_NOFOLLOW) || options.has(DEST_NOFOLLOW) || options.has(REMOUNT)),
        at + ".options",
        "copy-symlink makes a link instead of a mount; leave out src-nofollow, dest-nofollow and"
            + " remount");
    require(
        !options.has(REMOUNT) || (mount.uidMappings().isEmpty() && !mapsIds(options)),
        at + ".options",
        "the ids of a mount are mapped when it is made, not by remount");
    require(
        !mapsIds(options) || !mount.uidMappings().isEmpty(),
        at + ".options",
        "idmap without uidMappings and gidMappings takes those of the container's user namespace,"
            + " and linux.uidMappings has none; give the mappings of the mount");
  }

  private static boolean mapsIds(MountOptions options) {
    return options.has(IDMAP) || options.has(RIDMAP);
  }

  private static void fileSystem(Mount mount, MountOptions options, String at) {
    for (MountOptions.Extra extra : Set.of(SRC_NOFOLLOW, DEST_NOFOLLOW, COPY_SYMLINK)) {
      require(!options.has(extra), at + ".options", extra.term() + " is an option of bind mounts");
    }
    require(
        mount.uidMappings().isEmpty() && !mapsIds(options),
        at + ".uidMappings",
        "only the ids of a bind mount can be mapped; add the option bind");
    require(
        !options.has(TMPCOPYUP) || "tmpfs".equals(mount.type()),
        at + ".options",
        "tmpcopyup is for a tmpfs, not for " + mount.type());
    require(
        !options.has(TMPCOPYUP) || !options.has(REMOUNT),
        at + ".options",
        "tmpcopyup is for a new tmpfs; leave out remount");
  }

  private static void require(boolean holds, String path, String what) {
    if (!holds) {
      throw new SpecException(path, what);
    }
  }
}
