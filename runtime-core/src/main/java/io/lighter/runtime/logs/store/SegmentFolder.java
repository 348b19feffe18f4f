package io.lighter.runtime.logs.store;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The folder of one log and the files in it, by the numbers of their segments. Thread-safe. */
final class SegmentFolder implements AutoCloseable {
  static final String INDEX = ".index";
  static final String RAW = ".log";
  static final String COMPRESSED = ".log.zst";

  /** A file that is not yet complete: of no use to anybody after a crash. */
  static final String UNFINISHED = ".log.zst.tmp";

  private static final int DIGITS = 10;
  private static final int MOST_DIGITS = 18;
  private static final int MODE = 0640;

  private final Linux linux;
  private final Fd folder;

  /** Opens it once more; the folder stays the caller's. */
  SegmentFolder(Linux linux, Fd folder) {
    this.linux = linux;
    this.folder = linux.files().openat(folder, ".", Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0);
  }

  Linux linux() {
    return linux;
  }

  SegmentFolder duplicate() {
    return new SegmentFolder(linux, folder);
  }

  private static String name(long segment, String suffix) {
    String digits = Long.toString(segment);
    return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits + suffix;
  }

  /** Makes a file, or takes one that is there, for reading and writing. */
  Fd create(long segment, String suffix, int flags) {
    return linux
        .files()
        .openat(
            folder,
            name(segment, suffix),
            Fcntl.O_RDWR | Fcntl.O_CREAT | Fcntl.O_NOFOLLOW | flags,
            MODE);
  }

  /** Opens a file for reading; null when it is not there. */
  @Nullable Fd open(long segment, String suffix) {
    return open(segment, suffix, Fcntl.O_RDONLY);
  }

  @Nullable Fd open(long segment, String suffix, int flags) {
    return linux.files().openatIfExists(folder, name(segment, suffix), flags | Fcntl.O_NOFOLLOW);
  }

  boolean exists(long segment, String suffix) {
    return linux.files().faccessat2(folder, name(segment, suffix), 0, 0);
  }

  void remove(long segment, String suffix) {
    linux.files().unlinkat(folder, name(segment, suffix), 0);
  }

  void rename(long segment, String suffix, String newSuffix) {
    linux.files().renameat2(folder, name(segment, suffix), folder, name(segment, newSuffix), 0);
  }

  /**
   * Removes a segment. Its index is the last to go: content without an index would be taken for a
   * segment that has lost it.
   */
  void removeSegment(long segment) {
    remove(segment, UNFINISHED);
    remove(segment, COMPRESSED);
    remove(segment, RAW);
    remove(segment, INDEX);
  }

  /** Returns how many bytes the files of a segment have. */
  long bytes(SegmentFiles files) {
    try (Arena arena = Arena.ofConfined()) {
      var status = new FileStatus(arena);
      return bytes(files.number(), INDEX, status)
          + bytes(files.number(), RAW, status)
          + bytes(files.number(), COMPRESSED, status);
    }
  }

  private long bytes(long segment, String suffix, FileStatus status) {
    return linux.files().statx(folder, name(segment, suffix), Fcntl.AT_SYMLINK_NOFOLLOW, status)
        ? status.size()
        : 0;
  }

  /** Returns when a file was last written, in nanoseconds since 1970; 0 when it is not there. */
  long modified(long segment, String suffix) {
    try (Arena arena = Arena.ofConfined()) {
      var status = new FileStatus(arena);
      linux.files().statx(folder, name(segment, suffix), Fcntl.AT_SYMLINK_NOFOLLOW, status);
      return TimeUnit.SECONDS.toNanos(status.mtimeSeconds()) + status.mtimeNanos();
    }
  }

  /** Waits until the names in the folder are on the disk. */
  void sync() {
    linux.files().fsync(folder);
  }

  /** Returns the header of an index, or null when there is none that holds. */
  @Nullable IndexHeader header(long segment) {
    try (Fd index = open(segment, INDEX);
        Arena arena = Arena.ofConfined()) {
      return index == null ? null : header(index, arena.allocate(IndexHeader.BYTES));
    }
  }

  @Nullable IndexHeader header(Fd index, MemorySegment memory) {
    MemorySegment header = memory.asSlice(0, IndexHeader.BYTES);
    return linux.files().pread(index, header, 0) == IndexHeader.BYTES
        ? IndexHeader.readFrom(header)
        : null;
  }

  /** Returns the segments that have an index, in their order. */
  long[] segments() {
    return list().stream().filter(SegmentFiles::hasIndex).mapToLong(SegmentFiles::number).toArray();
  }

  /** Returns what there is of each segment, in their order. Other files are not looked at. */
  Collection<SegmentFiles> list() {
    var found = new TreeMap<Long, SegmentFiles>();
    // A descriptor of its own: two lists at a time must not share where they are.
    try (Fd listed = linux.files().openat(folder, ".", Fcntl.O_DIRECTORY, 0);
        Arena arena = Arena.ofConfined()) {
      var entries = new FolderEntries(linux.files(), arena);
      entries.start(listed);
      while (entries.next()) {
        SegmentFiles files = parse(entries.name().toString());
        if (files != null) {
          found.merge(files.number(), files, SegmentFiles::with);
        }
      }
    }
    return found.values();
  }

  private static @Nullable SegmentFiles parse(String name) {
    int dot = name.indexOf('.');
    if (dot < DIGITS
        || dot > MOST_DIGITS
        || !name.chars().limit(dot).allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    long number = Long.parseLong(name, 0, dot, 10);
    return switch (name.substring(dot)) {
      case INDEX -> new SegmentFiles(number, true, false, false, false);
      case RAW -> new SegmentFiles(number, false, true, false, false);
      case COMPRESSED -> new SegmentFiles(number, false, false, true, false);
      case UNFINISHED -> new SegmentFiles(number, false, false, false, true);
      default -> null;
    };
  }

  @Override
  public void close() {
    folder.close();
  }
}
