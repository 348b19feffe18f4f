package io.lighter.bench.machine;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.MemoryFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Has the host of a virtual machine back memory that is free, before a turn that fills it. A guest
 * gives free pages back to its host within seconds where that is switched on (free page reporting,
 * Linux 5.7), and the first write to such a page ends in the hypervisor: on a tmpfs it takes six
 * times as long as a later one. Whose turn it is would pay for what belongs to none of them.
 */
public final class TouchedMemory {
  private static final int STEP = 1 << 20;

  private TouchedMemory() {}

  /**
   * Writes to memory and frees it again, right before it is to be used; takes two seconds a GiB at
   * most.
   *
   * @param bytes how much
   */
  public static void touch(long bytes) {
    Linux linux = Linux.kernel();
    try (Arena arena = Arena.ofConfined();
        Fd file = linux.memoryFiles().create("touched", MemoryFiles.MFD_NOEXEC_SEAL)) {
      MemorySegment zeros = arena.allocate(STEP);
      for (long left = bytes; left > 0; left -= STEP) {
        linux.files().write(file, zeros);
      }
    }
  }
}
