package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The OOM score of a container whose child waited at gates. Such a child shares the memory of its
 * starter without CLONE_VFORK, and the kernel gives all processes that share memory one score
 * ({@code __set_oom_adj} of fs/proc/base.c): set before the exec it would be the starter's too. So
 * it is set right after the exec, of every process that there is by then.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html">
 *     proc_pid_oom_score_adj(5)</a>
 */
final class OomScore {
  private OomScore() {}

  /**
   * Sets the score of all processes in a cgroup.
   *
   * @param score as {@code process.oomScoreAdj}; null or 0 for the starter's
   * @return the warning that is due when the host withholds the privilege, otherwise null
   */
  static @Nullable String set(Linux linux, Cgroup cgroup, @Nullable Integer score) {
    if (score == null || score == 0) {
      return null;
    }
    Set<Integer> done = new HashSet<>();
    boolean again = true;
    // What is forked meanwhile by one that has the score has it; by one that had not, is found
    // here.
    while (again) {
      again = false;
      for (int pid : cgroup.processes()) {
        if (pid != 0 && done.add(pid)) {
          again = true;
          if (!write(linux, pid, score)) {
            return "process.oomScoreAdj "
                + score
                + " was not set: lowering it needs CAP_SYS_RESOURCE, which this host withholds";
          }
        }
      }
    }
    return null;
  }

  /** Sets the score of one process, if the host lets us; null or 0 for the starter's. */
  static void set(Linux linux, int pid, @Nullable Integer score) {
    if (score != null && score != 0) {
      write(linux, pid, score);
    }
  }

  /** Returns false when it is forbidden; a process that has ended needs no score. */
  private static boolean write(Linux linux, int pid, int score) {
    String path = "/proc/" + pid + "/oom_score_adj";
    try (Arena arena = Arena.ofConfined();
        Fd file = linux.files().openat(Fd.WORKING_FOLDER, path, Fcntl.O_WRONLY, 0)) {
      byte[] text = String.valueOf(score).getBytes(StandardCharsets.US_ASCII);
      MemorySegment memory = arena.allocate(text.length);
      memory.copyFrom(MemorySegment.ofArray(text));
      linux.files().write(file, memory);
      return true;
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case Errno.ENOENT, Errno.ESRCH -> true;
        case Errno.EACCES, Errno.EPERM -> false;
        default -> throw e;
      };
    }
  }
}
