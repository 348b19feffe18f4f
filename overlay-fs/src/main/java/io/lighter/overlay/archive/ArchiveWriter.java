package io.lighter.overlay.archive;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import io.lighter.overlay.Change;
import io.lighter.overlay.FolderMark;
import io.lighter.overlay.LayerChanges;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.Whiteouts;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Writes a tar archive of files: the same bytes for the same files, and what an {@link
 * ArchiveExtractor} makes the same files of.
 *
 * <pre>{@code
 * try (ArchiveWriter writer = new ArchiveWriter(linux, ArchiveOptions.LAYER, out);
 *     Fd upper = layer.openUpper()) {
 *   writer.addChanges(new LayerChanges(linux, stack, layer, options), upper);
 *   String diffId = writer.finish().diffId();
 * }
 * }</pre>
 *
 * <p>The format is ustar, and pax for what that cannot hold. Names are sorted by their bytes, in
 * each folder whiteouts first; names of users and times but that of change are left out. A file
 * whose holes take 1 MiB or more is written with a map of them, in GNU's format 1.0.
 *
 * <p>It streams: a folder's names are held, and the first name of each file that has several. No
 * symbolic link is followed. A file that changes while it is read is archived as it was in parts,
 * or an error when it becomes shorter. Used by one thread, the one that made it.
 */
public final class ArchiveWriter implements AutoCloseable {
  private static final Name SELF = Name.of(".");

  private static final class Level {
    final Name path;
    final Iterator<Name> names;

    Level(Name path, List<Name> names) {
      this.path = path;
      this.names = names.iterator();
    }
  }

  private final Arena arena = Arena.ofConfined();
  private final Files files;
  private final ArchiveOptions options;
  private final Whiteouts whiteouts;
  private final FileArchiver archiver;
  private final FileStatus status;

  /** Begins an archive. The stream is not closed. */
  public ArchiveWriter(Linux linux, ArchiveOptions options, OutputStream out) {
    this.files = linux.files();
    this.options = options;
    this.whiteouts = new Whiteouts(linux, OverlayOptions.DEFAULTS, arena);
    this.archiver = new FileArchiver(linux, options.owners(), out, arena);
    this.status = new FileStatus(arena);
  }

  /**
   * Adds one file, and of a folder nothing that is in it.
   *
   * @param root open for reading or with O_PATH
   * @param path of the file below it, without dots
   * @param as its name in the archive
   * @return false when there is no such file
   * @throws ArchiveException names the file and what failed
   */
  public boolean add(Fd root, Name path, Name as) throws IOException {
    try (TreeFolders folders = new TreeFolders(files, root, arena)) {
      return add(folders, path, as);
    }
  }

  private boolean add(TreeFolders folders, Name path, Name as) throws IOException {
    EntryPath split = EntryPath.of(path, EntryPath.MAX_PATH);
    try {
      if (split.isRoot()) {
        return archiver.add(folders.at(split.folder()), SELF, as);
      }
      checkName(split);
      return archiver.add(folders.at(split.folder()), split.name(), as);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
        return false;
      }
      throw ArchiveException.of(as, e);
    } catch (ArchiveException | IllegalArgumentException e) {
      throw ArchiveException.of(as, e);
    }
  }

  private void checkName(EntryPath path) throws ArchiveException {
    if (options.whiteouts()
        && (path.name().startsWith(WhiteoutName.PREFIX)
            || path.hasFolderNamed(WhiteoutName.PREFIX))) {
      throw new ArchiveException("a layer cannot have a file whose name begins with .wh.");
    }
  }

  /**
   * Adds a folder with all that is in it.
   *
   * @param root open for reading or with O_PATH
   * @param as the name of the folder in the archive, empty for the root of the archive
   * @throws ArchiveException names the file and what failed
   */
  public void addTree(Fd root, Name as) throws IOException {
    try (TreeFolders folders = new TreeFolders(files, root, arena)) {
      Name self = as.length() == 0 ? SELF : as;
      archiver.add(folders.at(TarEntry.NO_LINK), SELF, self);
      List<Level> levels = new ArrayList<>();
      enter(folders, TarEntry.NO_LINK, as, levels);
      while (!levels.isEmpty()) {
        Level level = levels.getLast();
        if (!level.names.hasNext()) {
          levels.removeLast();
          continue;
        }
        Name name = level.names.next();
        Name path = below(level.path, name);
        if (addOf(folders, level.path, name, below(as, path))) {
          enter(folders, path, below(as, path), levels);
        }
      }
    } catch (LinuxException e) {
      throw ArchiveException.of(as, e);
    }
  }

  private static Name below(Name folder, Name name) {
    return folder.length() == 0 ? name : EntryPath.join(folder, name);
  }

  private void enter(TreeFolders folders, Name path, Name as, List<Level> levels)
      throws IOException {
    levels.add(new Level(path, folders.names(path)));
    if (options.whiteouts() && whiteouts.mark(folders.at(path)) == FolderMark.OPAQUE) {
      archiver.addMark(below(as, Name.of(WhiteoutName.OPAQUE)));
    }
  }

  /** Adds a file of a folder; returns whether it is a folder itself. */
  private boolean addOf(TreeFolders folders, Name path, Name name, Name as) throws IOException {
    Fd folder = folders.at(path);
    if (!files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status)) {
      return false;
    }
    if (options.whiteouts() && whiteouts.isWhiteout(folder, name, status, whiteouts.mark(folder))) {
      addWhiteout(as);
      return false;
    }
    boolean isFolder = status.isFolder();
    return add(folders, below(path, name), as) && isFolder;
  }

  /**
   * Says that the layers below have something that is gone.
   *
   * @param path in the archive
   */
  public void addWhiteout(Name path) throws IOException {
    EntryPath split = EntryPath.of(path, EntryPath.MAX_PATH);
    try {
      checkName(split);
    } catch (ArchiveException e) {
      throw ArchiveException.of(path, e);
    }
    Name mark = Name.of(concat(WhiteoutName.PREFIX, split.name()));
    archiver.addMark(below(split.folder(), mark));
  }

  private static byte[] concat(String prefix, Name name) {
    byte[] bytes = new byte[prefix.length() + name.length()];
    for (int i = 0; i < prefix.length(); i++) {
      bytes[i] = (byte) prefix.charAt(i);
    }
    System.arraycopy(name.toBytes(), 0, bytes, prefix.length(), name.length());
    return bytes;
  }

  /**
   * Adds what a container changed, in the order of {@link LayerChanges}. Files that vanish
   * meanwhile are left out.
   *
   * @param upper of the container: {@link io.lighter.overlay.WritableLayer#openUpper}
   */
  public void addChanges(LayerChanges changes, Fd upper) throws IOException {
    try (TreeFolders folders = new TreeFolders(files, upper, arena)) {
      changes.forEach(
          change -> {
            try {
              if (change.kind() == Change.Kind.DELETED) {
                addWhiteout(change.path());
              } else {
                add(folders, change.path(), change.path());
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Ends the archive and hands all of it to the stream. */
  public WrittenArchive finish() throws IOException {
    return archiver.finish();
  }

  /** Lets go of the memory. An archive that was not finished has no end mark. */
  @Override
  public void close() {
    arena.close();
  }
}
