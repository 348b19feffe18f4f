package io.lighter.runtime.logs.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.MemoryFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sends entries to the journal: as datagrams, and those that are too long for one in a memory file
 * that is sealed, so that journald need not fear that it changes.
 *
 * @see <a href="https://systemd.io/JOURNAL_NATIVE_PROTOCOL/">Native Journal Protocol</a>
 */
final class JournalDatagrams implements Datagrams {
  private static final int SEALS =
      MemoryFiles.F_SEAL_SEAL
          | MemoryFiles.F_SEAL_SHRINK
          | MemoryFiles.F_SEAL_GROW
          | MemoryFiles.F_SEAL_WRITE;

  private final Linux linux;
  private final UnixDatagrams datagrams;

  /** Takes the datagrams over. */
  JournalDatagrams(Linux linux, UnixDatagrams datagrams) {
    this.linux = linux;
    this.datagrams = datagrams;
  }

  @Override
  public boolean send(byte[] bytes, int offset, int length) {
    if (length > UnixDatagrams.MOST_BYTES) {
      return sendFile(bytes, offset, length);
    }
    try {
      return datagrams.send(bytes, offset, length);
    } catch (LogDriverException e) {
      if (e.getCause() instanceof LinuxException failure
          && (failure.errno() == Errno.EMSGSIZE || failure.errno() == Errno.ENOBUFS)) {
        return sendFile(bytes, offset, length);
      }
      throw e;
    }
  }

  private boolean sendFile(byte[] bytes, int offset, int length) {
    try (Fd file = linux.memoryFiles().create("journal-entry", MemoryFiles.MFD_ALLOW_SEALING);
        Arena arena = Arena.ofConfined()) {
      MemorySegment entry = arena.allocate(length);
      MemorySegment.copy(bytes, offset, entry, JAVA_BYTE, 0, length);
      long written = 0;
      while (written < length) {
        written += linux.files().write(file, entry.asSlice(written));
      }
      linux.memoryFiles().addSeals(file, SEALS);
      return datagrams.sendFile(file);
    }
  }

  @Override
  public void close() {
    datagrams.close();
  }
}
