package io.lighter.overlay.archive;

import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Name;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;

/** One extraction, from the first entry to the last. */
final class Extraction implements AutoCloseable {
  private final ExtractionOptions options;
  private final TarReader reader;
  private final FileContent content;
  private final LayersBelow below;
  private final Folders folders;
  private final Placement placement;
  private final Remarks remarks = new Remarks();

  Extraction(
      Linux linux, ExtractionOptions options, InputStream tar, Fd root, Name base, Arena arena) {
    this.options = options;
    this.reader = new TarReader(tar, options.limits());
    this.content = new FileContent(linux.files(), reader, arena);
    FolderRemoval removal = new FolderRemoval(linux, arena);
    this.below =
        switch (options.whiteouts()) {
          case OVERLAY -> new SeparateLayers(linux, arena);
          case APPLY -> new MergedLayers(linux, removal, options.limits().maxDepth(), arena);
          case LITERAL -> LayersBelow.NONE;
        };
    FolderTimes times = new FolderTimes(linux.files());
    this.folders = new Folders(linux.files(), root, base, times, options.owners(), below, arena);
    Attributes attributes = new Attributes(linux, options.owners(), remarks, arena);
    this.placement =
        new Placement(
            linux,
            removal,
            folders,
            times,
            below,
            attributes,
            content,
            options.keepFolders(),
            arena);
  }

  ExtractedArchive run() throws IOException {
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      try {
        extract(entry);
      } catch (ArchiveException | LinuxException | IllegalArgumentException e) {
        throw ArchiveException.of(entry.name(), e);
      }
    }
    folders.leave();
    return new ExtractedArchive(
        reader.entries(), content.written(), reader.position(), remarks.toList());
  }

  private void extract(TarEntry entry) throws IOException {
    EntryPath path = EntryPath.of(entry.name(), options.limits().maxDepth());
    if (path.isRoot()) {
      if (entry.type() != EntryType.FOLDER) {
        throw new ArchiveException("it would replace the root by what is no folder");
      }
      placement.placeRoot(entry);
      return;
    }
    WhiteoutName whiteout =
        options.whiteouts() == WhiteoutMode.LITERAL
            ? new WhiteoutName(WhiteoutName.Kind.NONE, path.name())
            : WhiteoutName.of(path);
    switch (whiteout.kind()) {
      case AUFS -> remarks.add(entry.name(), "left out: it is of aufs' own book-keeping");
      case WHITEOUT -> {
        below.hide(folders.enter(path.folder()), folders.identity(), whiteout.hidden());
        folders.leave();
      }
      case OPAQUE -> {
        below.hideAll(folders.enter(path.folder()), folders.identity());
        folders.leave();
      }
      case NONE -> place(entry, path);
    }
  }

  private void place(TarEntry entry, EntryPath path) throws IOException {
    if (!isWanted(entry)) {
      return;
    }
    EntryPath target = entry.type() == EntryType.HARD_LINK ? target(entry) : path;
    Fd folder = folders.enter(path.folder());
    if (placement.place(folder, path.name(), entry, target)) {
      // What was removed may have been on the way to this very folder, through a link.
      folders.leave();
    }
  }

  private EntryPath target(TarEntry entry) throws ArchiveException {
    try {
      EntryPath target = EntryPath.of(entry.link(), options.limits().maxDepth());
      if (target.isRoot()) {
        throw new ArchiveException("it is the root");
      }
      return target;
    } catch (ArchiveException e) {
      throw new ArchiveException(
          "it is a hard link to " + ArchiveException.quote(entry.link()) + ": " + e.getMessage());
    }
  }

  /** Returns whether a device or FIFO is to be made, and refuses what cannot be. */
  private boolean isWanted(TarEntry entry) throws ArchiveException {
    if (entry.type() == EntryType.SYMBOLIC_LINK) {
      requireTarget(entry.link());
      return true;
    }
    if (!entry.type().isDevice() && entry.type() != EntryType.FIFO) {
      return true;
    }
    String what = entry.type().isDevice() ? "a device" : "a FIFO";
    SpecialFiles policy = entry.type().isDevice() ? options.devices() : options.fifos();
    if (policy == SpecialFiles.REFUSE) {
      throw new ArchiveException("it is " + what + ", which is not allowed here");
    }
    if (policy == SpecialFiles.SKIP) {
      remarks.add(entry.name(), "left out: it is " + what);
      return false;
    }
    if (entry.type() == EntryType.CHARACTER_DEVICE && entry.device() == 0) {
      // A whiteout to overlayfs, of a name that nobody has checked.
      throw new ArchiveException("it is a device 0:0, which only a .wh. name may stand for");
    }
    return true;
  }

  private static void requireTarget(Name target) throws ArchiveException {
    if (target.length() == 0 || target.length() > EntryPath.MAX_PATH) {
      throw new ArchiveException(
          "it is a symbolic link to a path of %d bytes; Linux takes 1 to %d"
              .formatted(target.length(), EntryPath.MAX_PATH));
    }
  }

  @Override
  public void close() {
    folders.close();
  }
}
