package io.lighter.overlay.archive;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import io.lighter.linux.Stat;
import io.lighter.linux.Xattrs;
import io.lighter.overlay.archive.TarEntry.Attribute;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Gives files the owner, permissions, extended attributes and time of their entry. Everything goes
 * by the descriptor of the file itself, so that no name is resolved a second time. Not thread-safe.
 */
final class Attributes {
  /** Notes of overlayfs, and the labels of the machine that wrote the archive: never a file's. */
  private static final List<String> NOT_OF_FILES =
      List.of("trusted.overlay.", "user.overlay.", "security.selinux");

  private static final String ACL = "system.posix_acl_access";
  private static final String DEFAULT_ACL = "system.posix_acl_default";
  private static final MemorySegment NO_VALUE = MemorySegment.NULL;

  private final Files files;
  private final Xattrs xattrs;
  private final OwnerMapping owners;
  private final Remarks remarks;
  private final MemorySegment value;

  Attributes(Linux linux, OwnerMapping owners, Remarks remarks, Arena arena) {
    this.files = linux.files();
    this.xattrs = linux.xattrs();
    this.owners = owners;
    this.remarks = remarks;
    this.value = arena.allocate(Xattrs.MAX_SIZE);
  }

  /** Returns whether an attribute is left out of archives, and not taken from one. */
  static boolean isNotOfFiles(Name attribute) {
    for (String prefix : NOT_OF_FILES) {
      if (attribute.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a folder hands its default ACL on to files that are made in it. */
  boolean handsAclOn(Fd folder) {
    return xattrs.fgetxattr(folder, DEFAULT_ACL, NO_VALUE) != Xattrs.ABSENT;
  }

  /** Takes away what a new file has from the default ACL of its folder. */
  void removeAcl(Fd file, EntryType type) {
    xattrs.fremovexattr(file, ACL);
    if (type == EntryType.FOLDER) {
      xattrs.fremovexattr(file, DEFAULT_ACL);
    }
  }

  /**
   * Sets all. The order counts: a new owner clears set-user-ID and capabilities, new permissions
   * change the mask of an ACL.
   *
   * @param file open in any way, O_PATH included
   */
  void set(Fd file, TarEntry entry) throws ArchiveException {
    long uid = owners.uid(entry.uid());
    long gid = owners.gid(entry.gid());
    files.fchownat(file, "", uid, gid, Fcntl.AT_EMPTY_PATH);
    if (entry.type() != EntryType.SYMBOLIC_LINK) {
      files.fchmod(file, entry.mode());
    }
    for (Attribute attribute : entry.attributes()) {
      if (!isNotOfFiles(attribute.name())) {
        setXattr(file, entry, attribute);
      }
    }
    files.utimensat(
        file,
        "",
        0,
        Stat.UTIME_OMIT,
        entry.mtime().seconds(),
        entry.mtime().nanos(),
        Fcntl.AT_EMPTY_PATH);
  }

  private void setXattr(Fd file, TarEntry entry, Attribute attribute) throws ArchiveException {
    int size = attribute.value().length;
    if (size > Xattrs.MAX_SIZE || attribute.name().length() > EntryPath.MAX_NAME) {
      throw new ArchiveException(
          "its attribute %s has %d bytes; Linux takes %d, and %d for the name"
              .formatted(
                  ArchiveException.quote(attribute.name()),
                  size,
                  Xattrs.MAX_SIZE,
                  EntryPath.MAX_NAME));
    }
    MemorySegment.copy(MemorySegment.ofArray(attribute.value()), 0, value, 0, size);
    try {
      xattrs.fsetxattr(file, attribute.name(), value.asSlice(0, size), 0);
    } catch (LinuxException e) {
      // A file without its capabilities would not work; any other attribute it can do without.
      if (e.errno() != Errno.EOPNOTSUPP || attribute.name().startsWith("security.")) {
        throw e;
      }
      remarks.add(
          entry.name(),
          "the file system has no attributes such as " + ArchiveException.quote(attribute.name()));
    }
  }
}
