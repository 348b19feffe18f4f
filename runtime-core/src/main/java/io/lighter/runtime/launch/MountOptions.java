package io.lighter.runtime.launch;

import io.lighter.linux.MountFlags;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a mount of the specification, taken apart: what the mount itself has, how it
 * propagates, what this program does for it, and what only the file system understands. Of two that
 * contradict each other the last one wins.
 *
 * @param attributes of the mount itself
 * @param tree attributes of every mount of a tree: {@code rro} and its like; these win over those
 *     of the mount itself, as in runc
 * @param bind whether it is a bind mount
 * @param recursive whether a bind takes the mounts below along
 * @param propagation MS_PRIVATE, MS_SLAVE, MS_SHARED or MS_UNBINDABLE, or 0
 * @param recursivePropagation whether the propagation is that of the whole tree
 * @param superblock MS_ bits of the file system: MS_SYNCHRONOUS, MS_DIRSYNC, ...
 * @param extras what this program does
 * @param data the file system's own options, {@code key} or {@code key=value}; a label of SELinux
 *     without the quotation marks that it may have had
 * @see <a
 *     href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#linux-mount-options">
 *     Linux mount options</a>
 */
record MountOptions(
    AttributeMask attributes,
    AttributeMask tree,
    boolean bind,
    boolean recursive,
    long propagation,
    boolean recursivePropagation,
    long superblock,
    Set<Extra> extras,
    List<String> data) {

  private static final Set<String> LABELS =
      Set.of("context", "fscontext", "defcontext", "rootcontext");

  /** Options that no flag of the kernel stands for. */
  enum Extra {
    /** Change a mount that is there. */
    REMOUNT("remount"),
    /** Begin with what the image has at this place. */
    TMPCOPYUP("tmpcopyup"),
    /** Map the ids of the mount itself. */
    IDMAP("idmap"),
    /** Map the ids of all mounts of the tree. */
    RIDMAP("ridmap"),
    /** Bind a symbolic link, not what it leads to. */
    SRC_NOFOLLOW("src-nofollow"),
    /** Mount onto a symbolic link, not onto what it leads to. */
    DEST_NOFOLLOW("dest-nofollow"),
    /** Make a symbolic link as the source is one, instead of a mount. */
    COPY_SYMLINK("copy-symlink");

    private final String term;

    Extra(String term) {
      this.term = term;
    }

    String term() {
      return term;
    }

    static @Nullable Extra of(String option) {
      for (Extra extra : values()) {
        if (extra.term.equals(option)) {
          return extra;
        }
      }
      return null;
    }
  }

  MountOptions {
    data = List.copyOf(data);
  }

  /** Takes options apart. */
  static MountOptions parse(List<String> options) {
    Parser parser = new Parser();
    for (String option : options) {
      parser.take(option);
    }
    return new MountOptions(
        parser.attributes,
        parser.tree,
        parser.bind,
        parser.recursive,
        parser.propagation,
        parser.recursivePropagation,
        parser.superblock,
        parser.extras,
        parser.data);
  }

  boolean has(Extra extra) {
    return extras.contains(extra);
  }

  /** Returns the attributes of a mount that is made anew, which has no mounts below it. */
  long attributesOfNew() {
    return tree.apply(attributes.apply(0));
  }

  boolean readonly() {
    return (attributesOfNew() & MountFlags.MOUNT_ATTR_RDONLY) != 0;
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
  static String mountData(List<String> data) {
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
    return (attributesOfNew() & attribute) != 0 ? flag : 0;
  }

  private static final class Parser {
    private AttributeMask attributes = AttributeMask.NONE;
    private AttributeMask tree = AttributeMask.NONE;
    private boolean bind;
    private boolean recursive;
    private long propagation;
    private boolean recursivePropagation;
    private long superblock;
    private final Set<Extra> extras = EnumSet.noneOf(Extra.class);
    private final List<String> data = new ArrayList<>();

    void take(String option) {
      if (takeAttribute(option) || takePropagation(option) || takeSuperblock(option)) {
        return;
      }
      Extra extra = Extra.of(option);
      if (extra != null) {
        takeExtra(extra);
        return;
      }
      switch (option) {
        case "defaults", "" -> {}
        case "bind" -> bind = true;
        case "rbind" -> {
          bind = true;
          recursive = true;
        }
        default -> data.add(isLabel(option) ? option.replace("\"", "") : option);
      }
    }

    private void takeExtra(Extra extra) {
      if (extra == Extra.IDMAP) {
        extras.remove(Extra.RIDMAP);
      } else if (extra == Extra.RIDMAP) {
        extras.remove(Extra.IDMAP);
      }
      extras.add(extra);
    }

    private boolean takeAttribute(String option) {
      AttributeMask changed = attributes.with(option);
      if (changed != null) {
        attributes = changed;
        return true;
      }
      changed = option.startsWith("r") ? tree.with(option.substring(1)) : null;
      if (changed != null) {
        tree = changed;
        return true;
      }
      return false;
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
