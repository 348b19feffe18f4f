package io.lighter.images.build.files;

import io.lighter.linux.Name;
import java.util.List;

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

  /** The path in the tree of an entry. */
  Name source(Name entry) {
    return NamePath.join(top, entry);
  }
}
