package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.build.files.ContentDigest;
import io.lighter.images.build.files.CopyRules;
import io.lighter.images.build.files.FileCopy;
import io.lighter.images.build.files.FileFinder;
import io.lighter.images.build.files.FileTree;
import io.lighter.images.build.files.RealPath;
import io.lighter.images.build.files.Selection;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.MountFlags;
import io.lighter.linux.Name;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files of the context, of a stage or of an image that a command gets mounted. Used by one thread.
 *
 * <p>What a stage shows is mounted nowhere, and a part of such a mount can be mounted once more
 * since Linux 6.15 only; before, and where rules leave out a part of a context, the files are
 * copied.
 */
final class MountedFiles implements AutoCloseable {
  private final BuildRun run;
  private final Linux linux;
  private final OpenedTree opened;
  private final Selection selection;
  private @Nullable Scratch scratch;
  private @Nullable Fd mounted;

  MountedFiles(BuildRun run, OpenedTree opened, String source) {
    this.run = run;
    this.linux = run.store().linux();
    this.opened = opened;
    try (FileFinder finder = new FileFinder(linux, opened.tree(), IgnoreRules.NONE, false)) {
      String literal = source.replaceAll("[\\\\*?\\[]", "\\\\$0");
      List<Selection> found = finder.find(literal);
      if (found.isEmpty()) {
        throw new SyntaxException(source + " is not in " + opened.tree().name());
      }
      this.selection = found.getFirst();
    }
  }

  /** Returns what the files are, of which a key is made. */
  Digest digest() {
    List<Digest> layers = opened.layers();
    if (layers != null) {
      return new CacheKey("mount").addLayers(layers).add(selection.top().toString()).digest();
    }
    try (ContentDigest digest = new ContentDigest(linux)) {
      return digest.of(List.of(selection));
    }
  }

  /** Returns a path of this process by which the files can be mounted. */
  String path(boolean writable) throws IOException {
    Fd file = writable || isFiltered() ? copied() : direct();
    mounted = file;
    return file.procPath();
  }

  private boolean isFiltered() {
    return selection.isFolder() && !opened.tree().ignored().isEmpty();
  }

  private Fd direct() throws IOException {
    Name top = selection.top();
    int flags = Fcntl.O_PATH | (selection.isFolder() ? Fcntl.O_DIRECTORY : 0);
    long resolve = Fcntl.RESOLVE_BENEATH | Fcntl.RESOLVE_NO_SYMLINKS;
    Fd file =
        linux
            .files()
            .openat2(
                opened.tree().root(), top.length() == 0 ? Name.of(".") : top, flags, 0, resolve);
    try {
      int clone = MountFlags.OPEN_TREE_CLONE | Fcntl.AT_EMPTY_PATH;
      linux.mounts().openTree(file, "", clone).close();
      return file;
    } catch (LinuxException e) {
      file.close();
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
      return copied();
    }
  }

  private Fd copied() throws IOException {
    Scratch made = new Scratch(run.store(), run.lease());
    scratch = made;
    try (Fd folder = made.folder("mounted");
        FileCopy copy = new FileCopy(linux, folder, CopyRules.AS_THEY_ARE)) {
      copy.copy(selection, selection.isFolder() ? "/files" : "/" + selection.base());
      FileTree tree = FileTree.ofImage(folder, "the copy");
      String name = selection.isFolder() ? "files" : selection.base().toString();
      RealPath real = RealPath.of(linux.files(), tree.root(), name, false);
      return linux.files().openat(folder, real.path(), Fcntl.O_PATH | Fcntl.O_NOFOLLOW, 0);
    }
  }

  /** Copies the files into a folder. */
  void copyInto(Fd folder) {
    try (FileCopy copy = new FileCopy(linux, folder, CopyRules.AS_THEY_ARE)) {
      copy.copy(selection, "/");
    }
  }

  @Override
  public void close() {
    if (mounted != null) {
      mounted.close();
    }
    if (scratch != null) {
      scratch.close();
    }
    opened.close();
  }
}
