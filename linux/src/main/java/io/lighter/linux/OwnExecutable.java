package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file that this process is executed from, as {@code /proc/self/exe} leads to it.
 *
 * <p>A child that shares our memory has our executable until its own exec. What it executes may be
 * a script with the interpreter {@code /proc/self/exe}: then it executes ours, and who has an
 * executable open for reading can open it once more, for writing (CVE-2019-5736).
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/PR_SET_MM.2const.html">PR_SET_MM(2)</a>
 */
public final class OwnExecutable extends CallGroup {
  private static final String NAME = "lighter-executable";

  /** PR_SET_MM_ values of {@code <linux/prctl.h>}. */
  private static final int PR_SET_MM_EXE_FILE = 13;

  private static final int PR_SET_MM_MAP = 14;

  /** Bytes of struct prctl_mm_map, and offsets in it. */
  private static final int MM_MAP_SIZE = 104;

  private static final int BRK = 40;
  private static final int EXE_FD = 100;

  /**
   * Where {@code /proc/self/stat} has, in the order of struct prctl_mm_map, its addresses: start
   * and end of code and data, start_brk, brk, start_stack, start and end of arguments and
   * environment. It does not tell brk; the call does.
   */
  private static final int[] STAT_FIELDS = {26, 27, 45, 46, 47, 0, 28, 48, 49, 50, 51};

  /** Values of {@code <asm-generic/mman.h>} and {@code <linux/mman.h>}. */
  private static final int PROT_READ = 1;

  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int MREMAP_MAYMOVE_FIXED = 3;

  private record Mapping(long start, long end, String access) {
    long size() {
      return end - start;
    }

    int protection() {
      return (access.charAt(0) == 'r' ? PROT_READ : 0)
          | (access.charAt(1) == 'w' ? PROT_WRITE : 0)
          | (access.charAt(2) == 'x' ? PROT_EXEC : 0);
    }
  }

  OwnExecutable(SystemCalls calls) {
    super(calls);
  }

  /**
   * Lets {@code /proc/self/exe} lead, for the rest of this process, to an empty file in memory that
   * nobody can change and nobody can execute (ENOEXEC). What is mapped of the executable becomes
   * memory of our own first, since the kernel does not let go of a file that is mapped.
   *
   * <p>Needs CAP_SYS_RESOURCE, or CAP_CHECKPOINT_RESTORE (before Linux 5.9 CAP_SYS_ADMIN) and a
   * kernel with CONFIG_CHECKPOINT_RESTORE.
   *
   * @return null when it is so, or why the executable is what it was
   */
  public synchronized @Nullable String replace() {
    try {
      String executable = new Files(calls).readlinkat(Fd.WORKING_FOLDER, "/proc/self/exe");
      if (executable.startsWith("/memfd:" + NAME)) {
        return null;
      }
      try (Fd empty = emptyFile()) {
        for (Mapping mapping : mappings(executable)) {
          makeOurs(mapping);
        }
        exchange(empty);
      }
      return null;
    } catch (LinuxException e) {
      return e.getMessage();
    } catch (IOException e) {
      return "procfs of this process cannot be read: " + e.getMessage();
    }
  }

  private Fd emptyFile() {
    MemoryFiles files = new MemoryFiles(calls);
    Fd file;
    try {
      // Said explicitly since Linux 6.3, where vm.memfd_noexec can be the default.
      file = files.create(NAME, MemoryFiles.MFD_ALLOW_SEALING | MemoryFiles.MFD_EXEC);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
      file = files.create(NAME, MemoryFiles.MFD_ALLOW_SEALING);
    }
    files.addSeals(
        file,
        MemoryFiles.F_SEAL_WRITE
            | MemoryFiles.F_SEAL_GROW
            | MemoryFiles.F_SEAL_SHRINK
            | MemoryFiles.F_SEAL_SEAL);
    return file;
  }

  /**
   * Returns what is mapped under a name. Looked for by hand: with the parsers of the JDK this would
   * cost a process that starts one container some 20 ms.
   */
  private static List<Mapping> mappings(String path) throws IOException {
    List<Mapping> mappings = new ArrayList<>();
    String text = read("maps");
    // start-end access offset device inode path
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      int at = end - path.length();
      if (at > start && text.charAt(at - 1) == ' ' && text.startsWith(path, at)) {
        int dash = text.indexOf('-', start);
        int blank = text.indexOf(' ', dash);
        mappings.add(
            new Mapping(
                Long.parseUnsignedLong(text, start, dash, 16),
                Long.parseUnsignedLong(text, dash + 1, blank, 16),
                text.substring(blank + 1, blank + 4)));
      }
      start = end + 1;
    }
    return mappings;
  }

  private static String read(String file) throws IOException {
    try (FileInputStream in = new FileInputStream("/proc/self/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Puts a copy in the place of a mapping, in one step: threads may be running in it. */
  private void makeOurs(Mapping mapping) {
    long size = mapping.size();
    long copy =
        check(SystemCall.MMAP, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if ((mapping.protection() & PROT_READ) != 0) {
      MemorySegment.ofAddress(copy)
          .reinterpret(size)
          .copyFrom(MemorySegment.ofAddress(mapping.start).reinterpret(size));
    }
    check(SystemCall.MPROTECT, copy, size, mapping.protection(), 0);
    check(SystemCall.MREMAP, copy, size, size, MREMAP_MAYMOVE_FIXED, mapping.start, 0);
  }

  private void exchange(Fd file) throws IOException {
    long result =
        calls.call(SystemCall.PRCTL, Prctl.PR_SET_MM, PR_SET_MM_EXE_FILE, file.number(), 0, 0, 0);
    if (result != -Errno.EPERM) {
      if (Errno.isError(result)) {
        throw LinuxException.of(
            SystemCall.PRCTL, result, Prctl.PR_SET_MM, PR_SET_MM_EXE_FILE, file.number(), 0, 0, 0);
      }
      return;
    }
    // Without CAP_SYS_RESOURCE only together with all else that the kernel knows of our memory.
    MemorySegment map = layout();
    map.set(JAVA_INT, EXE_FD, file.number());
    long end = check(SystemCall.BRK, 0, 0);
    setLayout(map, end);
    // Another thread may have moved the end of the heap meanwhile.
    for (long moved = heapEnd(); moved != 0 && moved != pageEnd(end); moved = heapEnd()) {
      end = moved;
      setLayout(map, end);
    }
  }

  private void setLayout(MemorySegment map, long brk) {
    map.set(JAVA_LONG, BRK, brk);
    check(SystemCall.PRCTL, Prctl.PR_SET_MM, PR_SET_MM_MAP, map.address(), MM_MAP_SIZE);
  }

  private static MemorySegment layout() throws IOException {
    String stat = read("stat");
    // The name, in parentheses, may hold anything. The third field is the first behind it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
    MemorySegment map = CallMemory.get().zeroed(MM_MAP_SIZE);
    for (int i = 0; i < STAT_FIELDS.length; i++) {
      if (STAT_FIELDS[i] != 0) {
        map.setAtIndex(JAVA_LONG, i, Long.parseUnsignedLong(fields[STAT_FIELDS[i] - 3]));
      }
    }
    return map;
  }

  /** Returns where the mapping of the heap ends, or 0 when there is none. */
  private static long heapEnd() throws IOException {
    List<Mapping> heap = mappings("[heap]");
    return heap.isEmpty() ? 0 : heap.getLast().end;
  }

  private static long pageEnd(long address) {
    long page = 4096;
    return (address + page - 1) & -page;
  }
}
