package io.lighter.overlay.archive;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.linux.Xattrs;
import io.lighter.overlay.archive.TarEntry.Attribute;
import io.lighter.overlay.archive.TarEntry.FileTime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes entries of files: all that the archive says of them but the content. Not thread-safe. */
final class FileEntries {
  private static final int ITSELF = Fcntl.O_PATH | Fcntl.O_NOFOLLOW;

  private final Files files;
  private final Xattrs xattrs;
  private final OwnerMapping owners;
  private final MemorySegment target;
  private final MemorySegment list;
  private final MemorySegment value;

  FileEntries(Linux linux, OwnerMapping owners, Arena arena) {
    this.files = linux.files();
    this.xattrs = linux.xattrs();
    this.owners = owners;
    this.target = arena.allocate(EntryPath.MAX_PATH + 1);
    this.list = arena.allocate(Xattrs.MAX_SIZE);
    this.value = arena.allocate(Xattrs.MAX_SIZE);
  }

  /**
   * Makes an entry.
   *
   * @param folder the folder of the file, and {@code name} its name there, or a dot
   * @param as its name in the archive
   * @param status of the file
   * @param sparse where it has content, when it has holes
   */
  TarEntry of(Fd folder, Name name, Name as, FileStatus status, @Nullable SparseMap sparse)
      throws ArchiveException {
    EntryType type = typeOf(status);
    Name link =
        type == EntryType.SYMBOLIC_LINK
            ? Name.wrap(target, 0, files.readlinkat(folder, name, target))
            : TarEntry.NO_LINK;
    return entry(
        type,
        as,
        link,
        status,
        type == EntryType.FILE ? status.size() : 0,
        sparse,
        attributes(folder, name));
  }

  /** Makes the entry of a further name of a file that the archive has already. */
  TarEntry hardLink(Name as, Name first, FileStatus status) {
    return entry(EntryType.HARD_LINK, as, first, status, 0, null, List.of());
  }

  /** Makes an empty file that only its name counts of. */
  static TarEntry mark(Name as) {
    FileTime epoch = new FileTime(0, 0);
    return new TarEntry(
        EntryType.FILE, as, TarEntry.NO_LINK, 0, 0, 0, epoch, 0, 0, null, List.of());
  }

  private TarEntry entry(
      EntryType type,
      Name as,
      Name link,
      FileStatus status,
      long size,
      @Nullable SparseMap sparse,
      List<Attribute> attributes) {
    return new TarEntry(
        type,
        as,
        link,
        status.permissions(),
        owners.uid(status.uid()),
        owners.gid(status.gid()),
        new FileTime(status.mtimeSeconds(), status.mtimeNanos()),
        type.isDevice() ? status.rdev() : 0,
        size,
        sparse,
        attributes);
  }

  private static EntryType typeOf(FileStatus status) throws ArchiveException {
    for (EntryType type : EntryType.values()) {
      if (type.mode == status.type()) {
        return type;
      }
    }
    throw new ArchiveException("tar has no type for it: mode %o".formatted(status.mode()));
  }

  private List<Attribute> attributes(Fd folder, Name name) {
    int size = xattrs.llistxattr(folder, name, list);
    if (size <= 0) {
      return List.of();
    }
    List<Attribute> attributes = new ArrayList<>();
    try (Fd file = files.openat(folder, name, ITSELF, 0)) {
      for (int start = 0; start < size; ) {
        int end = start;
        while (list.get(JAVA_BYTE, end) != 0) {
          end++;
        }
        Name attribute = Name.wrap(list, start, end - start);
        int length =
            Attributes.isNotOfFiles(attribute) ? -1 : xattrs.fgetxattr(file, attribute, value);
        if (length >= 0) {
          byte[] bytes = value.asSlice(0, length).toArray(JAVA_BYTE);
          attributes.add(new Attribute(Name.of(attribute.toBytes()), bytes));
        }
        start = end + 1;
      }
    }
    return attributes;
  }
}
