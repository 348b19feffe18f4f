package io.lighter.overlay;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.linux.Xattrs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares one folder of an upper with what the layers below show. Not thread-safe. */
final class FolderDiff {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
  private static final MemorySegment NO_VALUE = MemorySegment.NULL;

  /**
   * What became of one name.
   *
   * @param kind null for a folder that is the same itself and may hold changes
   * @param below how it goes on inside; null when it does not
   */
  record Entry(Name name, Change.@Nullable Kind kind, @Nullable Below below)
      implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      return name.compareTo(other.name);
    }
  }

  /** How a folder of the upper stands to what is below it. */
  enum Below {
    /** There is no folder below: all in it was added. */
    NOTHING,
    /** There is one, and all of it that is not in the upper too is gone. */
    HIDDEN,
    /** There is one, and it shows where the upper has nothing. */
    MERGED
  }

  private final Files files;
  private final Xattrs xattrs;
  private final OverlayAttributes own;
  private final Whiteouts whiteouts;
  private final FolderAttributes attributes;
  private final FolderEntries entries;
  private final FileStatus upperStatus;
  private final FileStatus lowerStatus;

  FolderDiff(Linux linux, OverlayOptions options, Arena arena) {
    this.files = linux.files();
    this.xattrs = linux.xattrs();
    this.own = OverlayAttributes.of(options);
    this.whiteouts = new Whiteouts(linux, options, arena);
    this.attributes = new FolderAttributes(xattrs, own, arena);
    this.entries = new FolderEntries(files, arena);
    this.upperStatus = new FileStatus(arena);
    this.lowerStatus = new FileStatus(arena);
  }

  /** Returns whether a folder of the upper hides what is below it. */
  boolean isOpaque(Fd upper) {
    return whiteouts.mark(upper) == FolderMark.OPAQUE;
  }

  /**
   * Returns what became of the names of a folder, in the order of their bytes.
   *
   * @param upper the folder in the upper
   * @param lower the folder in the layers below, merged by the kernel; null when there is none
   * @param below NOTHING exactly when {@code lower} is null
   * @param path for messages
   */
  List<Entry> compare(Fd upper, @Nullable Fd lower, Below below, FolderPath path) {
    List<Entry> found = new ArrayList<>();
    Set<Name> names = new HashSet<>();
    FolderMark mark = whiteouts.mark(upper);
    entries.start(upper);
    while (entries.next()) {
      Name name = Name.of(entries.name().toBytes());
      if (!files.statx(upper, name, Fcntl.AT_SYMLINK_NOFOLLOW, upperStatus)) {
        continue;
      }
      names.add(name);
      Entry entry = classify(upper, lower, below, name, mark, path);
      if (entry != null) {
        found.add(entry);
      }
    }
    if (below == Below.HIDDEN && lower != null) {
      addHidden(lower, names, found);
    }
    Collections.sort(found);
    return found;
  }

  private @Nullable Entry classify(
      Fd upper, @Nullable Fd lower, Below below, Name name, FolderMark mark, FolderPath path) {
    boolean existed = lower != null && exists(lower, name);
    if (whiteouts.isWhiteout(upper, name, upperStatus, mark)) {
      return existed ? new Entry(name, Change.Kind.DELETED, null) : null;
    }
    refuseParts(upper, name, path);
    boolean isFolder = upperStatus.isFolder();
    if (lower == null || !existed) {
      return new Entry(name, Change.Kind.ADDED, isFolder ? Below.NOTHING : null);
    }
    if (!isFolder || !lowerStatus.isFolder()) {
      return new Entry(name, Change.Kind.CHANGED, isFolder ? Below.NOTHING : null);
    }
    boolean hidden = below == Below.HIDDEN || whiteouts.mark(upper, name) == FolderMark.OPAQUE;
    return new Entry(
        name,
        isSameFolder(upper, lower, name) ? null : Change.Kind.CHANGED,
        hidden ? Below.HIDDEN : Below.MERGED);
  }

  private boolean exists(Fd lower, Name name) {
    // A single layer is not merged by overlayfs, so that its whiteouts show.
    return files.statx(lower, name, Fcntl.AT_SYMLINK_NOFOLLOW, lowerStatus)
        && !lowerStatus.isWhiteout();
  }

  private boolean isSameFolder(Fd upper, Fd lower, Name name) {
    if (upperStatus.permissions() != lowerStatus.permissions()
        || upperStatus.uid() != lowerStatus.uid()
        || upperStatus.gid() != lowerStatus.gid()) {
      return false;
    }
    try (Fd above = files.openat(upper, name, FOLDER, 0);
        Fd below = files.openat(lower, name, FOLDER, 0)) {
      return attributes.same(above, below);
    }
  }

  /** Refuses an upper that does not hold its files whole. */
  private void refuseParts(Fd upper, Name name, FolderPath path) {
    String attribute =
        upperStatus.isFolder()
            ? own.redirect()
            : upperStatus.isRegularFile() ? own.metacopy() : null;
    if (attribute != null && xattrs.lgetxattr(upper, name, attribute, NO_VALUE) != Xattrs.ABSENT) {
      throw new OverlayException(
          "/"
              + path.with(name)
              + " has the attribute "
              + attribute
              + ": its content is in a layer below. Changes can be told of uppers that were mounted"
              + " with redirect_dir=off or nofollow and metacopy=off");
    }
  }

  private void addHidden(Fd lower, Set<Name> names, List<Entry> found) {
    entries.start(lower);
    while (entries.next()) {
      if (!names.contains(entries.name())) {
        Name name = Name.of(entries.name().toBytes());
        if (exists(lower, name)) {
          found.add(new Entry(name, Change.Kind.DELETED, null));
        }
      }
    }
  }
}
