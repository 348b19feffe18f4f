package io.lighter.images.build.files;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files that one source of an instruction stands for.
 *
 * @param tree where they are
 * @param asWritten the source, for messages
 * @param top the real path of the source in the tree
 * @param base the last name of the source as found, which a file gets in a folder
 * @param parents the folders between the destination and the files: {@code --parents}
 * @param isFolder the source is a folder, whose content is meant
 * @param entries the files below the top, each folder before what is in it; of a file just itself
 */
public record Selection(
    FileTree tree,
    String asWritten,
    Name top,
    Name base,
    String parents,
    boolean isFolder,
    List<Name> entries) {
  public Selection {
    entries = List.copyOf(entries);
  }

  /**
   * Opens the file that this is a selection of.
   *
   * @return null when it is no regular file
   */
  public @Nullable InputStream open(Linux linux) {
    try (Arena arena = Arena.ofConfined();
        Fd pinned = OpenFile.pinned(linux.files(), tree.root(), top)) {
      FileStatus status = new FileStatus(arena);
      linux.files().statx(pinned, status);
      if (!status.isRegularFile()) {
        return null;
      }
      return new FdStream(linux.files(), OpenFile.reopen(linux.files(), pinned, Fcntl.O_RDONLY));
    }
  }

  /** The path in the tree of an entry. */
  Name source(Name entry) {
    return NamePath.join(top, entry);
  }
}
