package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.LinuxException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the figures of one cgroup again and again: its files stay open, each reading is one system
 * call a file and makes no garbage.
 *
 * <p>Files that the kernel or the cgroup does not have are left out; their figures are {@link
 * CgroupStatistics#ABSENT}. What a controller counts is there only when the controller was enabled
 * before the reader was made. Not thread-safe.
 */
public final class StatisticsReader implements AutoCloseable {
  private final Files files;
  private final List<String> names = new ArrayList<>();
  private final List<Fd> opened = new ArrayList<>();

  StatisticsReader(Cgroup cgroup, Set<StatisticsPart> parts) {
    this.files = cgroup.tree().linux().files();
    try {
      for (StatisticsPart part : StatisticsPart.values()) {
        if (parts.contains(part)) {
          part.files().forEach(file -> open(cgroup, file));
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void open(Cgroup cgroup, String file) {
    Fd fd = files.openatIfExists(cgroup.fd(), file, Fcntl.O_RDONLY);
    if (fd != null) {
      names.add(file);
      opened.add(fd);
    }
  }

  /**
   * Reads all files anew.
   *
   * @return false when the cgroup has been removed; the statistics are then absent
   */
  public boolean read(CgroupStatistics into) {
    into.clear();
    for (int i = 0; i < opened.size(); i++) {
      long length;
      try {
        length = read(opened.get(i), into);
      } catch (LinuxException e) {
        if (e.errno() == Errno.ENODEV) {
          into.clear();
          return false;
        }
        if (e.errno() == Errno.EOPNOTSUPP) {
          continue; // pressure, when the kernel was booted with psi=0
        }
        throw e;
      }
      into.take(names.get(i), length);
    }
    return true;
  }

  /** Reads a file whole. The kernel makes its text in one piece, so a full buffer was too small. */
  private long read(Fd fd, CgroupStatistics into) {
    while (true) {
      MemorySegment buffer = into.buffer();
      long length = files.pread(fd, buffer, 0);
      if (length < buffer.byteSize()) {
        return length;
      }
      into.growBuffer();
    }
  }

  @Override
  public void close() {
    opened.forEach(Fd::close);
    opened.clear();
    names.clear();
  }
}
