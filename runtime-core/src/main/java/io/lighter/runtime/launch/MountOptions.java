package io.lighter.runtime.launch;

import io.lighter.linux.MountFlags;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The options of a mount of the specification, taken apart: what the mount itself has, how it
 * propagates, and what only the file system understands.
 *
 * @param set MOUNT_ATTR_ bits to set
 * @param clear MOUNT_ATTR_ bits to clear
 * @param recursiveSet MOUNT_ATTR_ bits to set on every mount of a bound tree
 * @param recursiveClear MOUNT_ATTR_ bits to clear on every mount of a bound tree
 * @param bind whether it is a bind mount
 * @param recursive whether a bind takes the mounts below along
 * @param propagation MS_PRIVATE, MS_SLAVE, MS_SHARED or MS_UNBINDABLE, or 0
 * @param recursivePropagation whether the propagation is that of the whole tree
 * @param superblock MS_ bits of the file system: MS_SYNCHRONOUS, MS_DIRSYNC, ...
 * @param data the file system's own options, {@code key} or {@code key=value}; a label of SELinux
 *     without the quotation marks that it may have had
 */
record MountOptions(
    long set,
    long clear,
    long recursiveSet,
    long recursiveClear,
    boolean bind,
    boolean recursive,
    long propagation,
    boolean recursivePropagation,
    long superblock,
    List<String> data) {

  private static final Set<String> LABELS =
      Set.of("context", "fscontext", "defcontext", "rootcontext");

  MountOptions {
    data = List.copyOf(data);
  }

  /**
   * Takes options apart.
   *
   * @param destination the mount's, for errors
   * @throws UnsupportedSpecException when an option is known and not supported yet
   */
  static MountOptions parse(String destination, List<String> options) {
    Parser parser = new Parser();
    for (String option : options) {
      parser.take(destination, option);
    }
    return new MountOptions(
        parser.set,
        parser.clear,
        parser.recursiveSet,
        parser.recursiveClear,
        parser.bind,
        parser.recursive,
        parser.propagation,
        parser.recursivePropagation,
        parser.superblock,
        parser.data);
  }

  /** Returns the bits that mount(2) takes for a new file system. */
  long mountFlags() {
    long flags = superblock;
    flags |= bit(MountFlags.MOUNT_ATTR_RDONLY, MountFlags.MS_RDONLY);
    flags |= bit(MountFlags.MOUNT_ATTR_NOSUID, MountFlags.MS_NOSUID);
    flags |= bit(MountFlags.MOUNT_ATTR_NODEV, MountFlags.MS_NODEV);
    flags |= bit(MountFlags.MOUNT_ATTR_NOEXEC, MountFlags.MS_NOEXEC);
    flags |= bit(MountFlags.MOUNT_ATTR_NOATIME, MountFlags.MS_NOATIME);
    flags |= bit(MountFlags.MOUNT_ATTR_STRICTATIME, MountFlags.MS_STRICTATIME);
    flags |= bit(MountFlags.MOUNT_ATTR_NODIRATIME, MountFlags.MS_NODIRATIME);
    flags |= bit(MountFlags.MOUNT_ATTR_NOSYMFOLLOW, MountFlags.MS_NOSYMFOLLOW);
    return flags;
  }

  /**
   * Returns the file system's own options as mount(2) takes them. A label may have commas: it
   * stands in quotation marks, which the kernel understands there and nowhere else.
   */
  String mountData() {
    StringBuilder text = new StringBuilder();
    for (String option : data) {
      int value = option.indexOf('=') + 1;
      String quote = isLabel(option) ? "\"" : "";
      text.append(text.isEmpty() ? "" : ",").append(option, 0, value);
      text.append(quote).append(option, value, option.length()).append(quote);
    }
    return text.toString();
  }

  /** Returns whether an option is one of the four of SELinux, mount(8), "context=". */
  private static boolean isLabel(String option) {
    int equals = option.indexOf('=');
    return equals > 0 && LABELS.contains(option.substring(0, equals));
  }

  private long bit(long attribute, long flag) {
    return (set & attribute) != 0 ? flag : 0;
  }

  private static final class Parser {
    private long set;
    private long clear;
    private long recursiveSet;
    private long recursiveClear;
    private boolean bind;
    private boolean recursive;
    private long propagation;
    private boolean recursivePropagation;
    private long superblock;
    private final List<String> data = new ArrayList<>();

    void take(String destination, String option) {
      if (takeAttribute(option) || takePropagation(option) || takeSuperblock(option)) {
        return;
      }
      switch (option) {
        case "defaults", "" -> {}
        case "bind" -> bind = true;
        case "rbind" -> {
          bind = true;
          recursive = true;
        }
        case "remount",
            "tmpcopyup",
            "copy-symlink",
            "src-nofollow",
            "dest-nofollow",
            "idmap",
            "ridmap" ->
            throw new UnsupportedSpecException(
                "mounts[" + destination + "].options", "the option " + option);
        default -> data.add(isLabel(option) ? option.replace("\"", "") : option);
      }
    }

    private boolean takeAttribute(String option) {
      boolean wholeTree = option.startsWith("r") && attribute(option.substring(1)) != 0;
      String name = wholeTree ? option.substring(1) : option;
      long attribute = attribute(name);
      if (attribute == 0) {
        return false;
      }
      boolean on = attribute > 0;
      long bits = Math.abs(attribute);
      // The kinds of access time are one field: setting one means clearing the field first.
      boolean accessTime = (bits & MountFlags.MOUNT_ATTR__ATIME) != 0;
      long field = accessTime ? MountFlags.MOUNT_ATTR__ATIME : bits;
      if (bits == MountFlags.MOUNT_ATTR__ATIME) {
        bits = 0; // relatime, the value zero of the field
      }
      if (wholeTree) {
        recursiveSet = (recursiveSet & ~field) | (on ? bits : 0);
        recursiveClear = accessTime || !on ? recursiveClear | field : recursiveClear & ~field;
      } else {
        set = (set & ~field) | (on ? bits : 0);
        clear = accessTime || !on ? clear | field : clear & ~field;
      }
      return true;
    }

    /** Returns the bit that an option sets, negative when it clears it, 0 when it is no such. */
    private static long attribute(String option) {
      return switch (option) {
        case "ro" -> MountFlags.MOUNT_ATTR_RDONLY;
        case "rw" -> -MountFlags.MOUNT_ATTR_RDONLY;
        case "nosuid" -> MountFlags.MOUNT_ATTR_NOSUID;
        case "suid" -> -MountFlags.MOUNT_ATTR_NOSUID;
        case "nodev" -> MountFlags.MOUNT_ATTR_NODEV;
        case "dev" -> -MountFlags.MOUNT_ATTR_NODEV;
        case "noexec" -> MountFlags.MOUNT_ATTR_NOEXEC;
        case "exec" -> -MountFlags.MOUNT_ATTR_NOEXEC;
        case "nodiratime" -> MountFlags.MOUNT_ATTR_NODIRATIME;
        case "diratime" -> -MountFlags.MOUNT_ATTR_NODIRATIME;
        case "nosymfollow" -> MountFlags.MOUNT_ATTR_NOSYMFOLLOW;
        case "symfollow" -> -MountFlags.MOUNT_ATTR_NOSYMFOLLOW;
        case "noatime" -> MountFlags.MOUNT_ATTR_NOATIME;
        case "strictatime", "norelatime" -> MountFlags.MOUNT_ATTR_STRICTATIME;
        case "relatime", "nostrictatime", "atime" -> MountFlags.MOUNT_ATTR__ATIME;
        default -> 0;
      };
    }

    private boolean takePropagation(String option) {
      boolean wholeTree = option.startsWith("r");
      long kind =
          switch (wholeTree ? option.substring(1) : option) {
            case "private" -> MountFlags.MS_PRIVATE;
            case "slave" -> MountFlags.MS_SLAVE;
            case "shared" -> MountFlags.MS_SHARED;
            case "unbindable" -> MountFlags.MS_UNBINDABLE;
            default -> 0;
          };
      if (kind == 0) {
        return false;
      }
      propagation = kind;
      recursivePropagation = wholeTree;
      return true;
    }

    private boolean takeSuperblock(String option) {
      switch (option) {
        case "sync" -> superblock |= MountFlags.MS_SYNCHRONOUS;
        case "async" -> superblock &= ~MountFlags.MS_SYNCHRONOUS;
        case "dirsync" -> superblock |= MountFlags.MS_DIRSYNC;
        case "mand" -> superblock |= MountFlags.MS_MANDLOCK;
        case "nomand" -> superblock &= ~MountFlags.MS_MANDLOCK;
        case "lazytime" -> superblock |= MountFlags.MS_LAZYTIME;
        case "nolazytime" -> superblock &= ~MountFlags.MS_LAZYTIME;
        case "iversion" -> superblock |= MountFlags.MS_I_VERSION;
        case "noiversion" -> superblock &= ~MountFlags.MS_I_VERSION;
        case "silent" -> superblock |= MountFlags.MS_SILENT;
        case "loud" -> superblock &= ~MountFlags.MS_SILENT;
        default -> {
          return false;
        }
      }
      return true;
    }
  }
}
