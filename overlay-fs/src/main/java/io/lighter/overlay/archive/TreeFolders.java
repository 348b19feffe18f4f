package io.lighter.overlay.archive;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.Name;
import io.lighter.linux.Stat;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folders of a tree that is archived, opened one at a time without following any symbolic link.
 * Not thread-safe.
 */
final class TreeFolders implements AutoCloseable {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final long BELOW =
      Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS | Fcntl.RESOLVE_NO_MAGICLINKS;

  /** Whiteouts, which are devices, come before the rest of a folder. */
  private static final Comparator<Listed> ORDER =
      Comparator.comparing(Listed::isDevice).reversed().thenComparing(Listed::name);

  private record Listed(Name name, boolean isDevice) {}

  private final Files files;
  private final Fd root;
  private final FolderEntries entries;
  private @Nullable Opened opened;

  private record Opened(Name path, Fd folder) {}

  TreeFolders(Files files, Fd root, Arena arena) {
    this.files = files;
    this.root = root;
    this.entries = new FolderEntries(files, arena);
  }

  /**
   * Opens a folder for reading.
   *
   * @param path empty for the root
   * @return closed by the next call
   */
  Fd at(Name path) {
    if (opened != null && opened.path.equals(path)) {
      return opened.folder;
    }
    close();
    Fd folder = files.openat2(root, path.length() == 0 ? Name.of(".") : path, FOLDER, 0, BELOW);
    opened = new Opened(path, folder);
    return folder;
  }

  /** Returns the names in a folder in the order of the archive: devices first, each by bytes. */
  List<Name> names(Name path) {
    close();
    List<Listed> listed = new ArrayList<>();
    entries.start(at(path));
    while (entries.next()) {
      boolean isDevice = entries.type() == Stat.DT_CHR;
      listed.add(new Listed(Name.of(entries.name().toBytes()), isDevice));
    }
    listed.sort(ORDER);
    return listed.stream().map(Listed::name).toList();
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.folder.close();
      opened = null;
    }
  }
}
