package io.lighter.images.build.files;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.linux.Stat;
import io.lighter.overlay.archive.ArchiveOptions;
import io.lighter.overlay.archive.ArchiveWriter;
import io.lighter.overlay.archive.WrittenArchive;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The folder of a layer, from which its archive can be made again at any time, byte by byte the
 * same: unlike the differences that a mount shows, it needs no layers below. Not thread-safe.
 */
public final class LayerFolder implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final Linux linux;
  private final Files files;
  private final Fd folder;
  private final FileStatus status;

  /**
   * Looks at a folder.
   *
   * @param folder open for reading; the caller's
   */
  public LayerFolder(Linux linux, Fd folder) {
    this.linux = linux;
    this.files = linux.files();
    this.folder = folder;
    this.status = new FileStatus(arena);
  }

  /** Writes the archive. The root folder itself is no part of it. */
  public WrittenArchive archive(OutputStream out) throws IOException {
    try (ArchiveWriter writer = new ArchiveWriter(linux, ArchiveOptions.LAYER, out)) {
      for (Name name : names(folder)) {
        if (!files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status)) {
          continue;
        }
        if (status.isWhiteout()) {
          writer.addWhiteout(name);
        } else if (status.isFolder()) {
          try (Fd inner = OpenFile.folder(files, folder, name)) {
            writer.addTree(inner, name);
          }
        } else {
          writer.add(folder, name, name);
        }
      }
      return writer.finish();
    }
  }

  /** Sets the time of change of all that is younger to a time, in seconds since 1970. */
  public void clampTimes(long epochSeconds) {
    clamp(NamePath.ROOT, epochSeconds);
  }

  private void clamp(Name path, long epoch) {
    List<Name> names;
    try (Fd inner = OpenFile.folder(files, folder, path)) {
      names = names(inner);
      for (Name name : names) {
        files.statx(inner, name, Fcntl.AT_SYMLINK_NOFOLLOW, status);
        boolean isFolder = status.isFolder();
        clamp(inner, name, epoch);
        if (isFolder) {
          clamp(NamePath.join(path, name), epoch);
        }
      }
    }
  }

  private void clamp(Fd inner, Name name, long epoch) {
    long seconds = status.mtimeSeconds();
    if (seconds > epoch || (seconds == epoch && status.mtimeNanos() > 0)) {
      files.utimensat(inner, name, 0, Stat.UTIME_OMIT, epoch, 0, Fcntl.AT_SYMLINK_NOFOLLOW);
    }
  }

  /** Returns the bytes of all regular files. */
  public long size() {
    return size(NamePath.ROOT);
  }

  private long size(Name path) {
    long bytes = 0;
    try (Fd inner = OpenFile.folder(files, folder, path)) {
      for (Name name : names(inner)) {
        files.statx(inner, name, Fcntl.AT_SYMLINK_NOFOLLOW, status);
        if (status.isFolder()) {
          bytes += size(NamePath.join(path, name));
        } else if (status.isRegularFile()) {
          bytes += status.size();
        }
      }
    }
    return bytes;
  }

  private List<Name> names(Fd opened) {
    try (Arena own = Arena.ofConfined()) {
      FolderEntries entries = new FolderEntries(files, own);
      List<Name> names = new ArrayList<>();
      entries.start(opened);
      while (entries.next()) {
        names.add(Name.of(entries.name().toBytes()));
      }
      Collections.sort(names);
      return names;
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
