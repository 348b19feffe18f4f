package io.lighter.overlay.archive;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Stat;
import io.lighter.overlay.FileIdentity;
import io.lighter.overlay.archive.TarEntry.FileTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The times that an archive gives to folders, which each file that is put into them changes: they
 * are set again whenever the extraction leaves a folder. They are kept by identity and not by name,
 * so that no name has to be resolved again. Not thread-safe.
 */
final class FolderTimes {
  private final Files files;
  private final Map<FileIdentity, FileTime> times = new HashMap<>();

  FolderTimes(Files files) {
    this.files = files;
  }

  void put(FileIdentity folder, FileTime mtime) {
    times.put(folder, mtime);
  }

  /** Forgets a folder; one that is made anew may have the number of one that was removed. */
  void forget(FileIdentity folder) {
    times.remove(folder);
  }

  /** Sets the time of a folder, if the archive gave it one. */
  void restore(Fd folder, @Nullable FileIdentity identity) {
    FileTime mtime = times.get(identity);
    if (mtime != null) {
      files.utimensat(
          folder, "", 0, Stat.UTIME_OMIT, mtime.seconds(), mtime.nanos(), Fcntl.AT_EMPTY_PATH);
    }
  }
}
