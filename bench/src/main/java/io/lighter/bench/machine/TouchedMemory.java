package io.lighter.bench.machine;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.MemoryFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Free memory that the host of this virtual machine backs, and goes on backing until this is
 * closed.
 *
 * <p>A guest gives free pages back to its host within seconds where that is switched on (free page
 * reporting, Linux 5.7), and the first write to such a page ends in the hypervisor: on a tmpfs it
 * takes six times as long as a later one. Whose turn it is would pay for what belongs to none of
 * the subjects. But only blocks of 2 MiB are given back: so a page of each block is kept, the rest
 * is freed, and as the kernel takes from broken blocks first, that is what is used next.
 */
public final class TouchedMemory implements AutoCloseable {
  private static final int PAGE = 4096;

  /** A quarter of a block, as pages that are written one after the other may lie further apart. */
  private static final int STEP = 512 * 1024;

  private final Fd kept;

  private TouchedMemory(Fd kept) {
    this.kept = kept;
  }

  /**
   * Makes some; takes two seconds a GiB at most.
   *
   * @param bytes how much; a part in 128 of it is in use for as long as this is open
   * @throws LinuxException ENOMEM, ENOSPC when there is not as much
   */
  public static TouchedMemory of(long bytes) {
    Linux linux = Linux.kernel();
    Fd kept = linux.memoryFiles().create("kept", MemoryFiles.MFD_NOEXEC_SEAL);
    boolean done = false;
    try (Arena arena = Arena.ofConfined();
        Fd freed = linux.memoryFiles().create("freed", MemoryFiles.MFD_NOEXEC_SEAL)) {
      MemorySegment zeros = arena.allocate(STEP);
      for (long left = bytes; left > 0; left -= STEP) {
        linux.files().write(kept, zeros.asSlice(0, PAGE));
        linux.files().write(freed, zeros.asSlice(PAGE));
      }
      done = true;
      return new TouchedMemory(kept);
    } finally {
      if (!done) {
        kept.close();
      }
    }
  }

  @Override
  public void close() {
    kept.close();
  }
}
