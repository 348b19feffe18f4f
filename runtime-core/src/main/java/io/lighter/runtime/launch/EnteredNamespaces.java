package io.lighter.runtime.launch;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.runtime.launch.LaunchInputs.NamespaceInput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Namespaces that the launching thread is in while a child is born, for those that the child could
 * not enter itself. The thread is back in its own afterwards.
 */
public final class EnteredNamespaces {
  /**
   * A namespace to enter.
   *
   * @param namespace a descriptor of it, or a pidfd
   * @param flag its CLONE_NEW bit
   * @param own the name of the thread's own in {@code /proc/thread-self/ns}
   */
  public record Entry(Fd namespace, long flag, String own) {
    /** Returns what a specification joins by its path. */
    public static Entry of(NamespaceInput input, Fd namespace) {
      String own =
          switch (input.type()) {
            case PID, TIME -> input.type().procName() + "_for_children";
            default -> input.type().procName();
          };
      return new Entry(namespace, input.flag(), own);
    }
  }

  private record Own(Fd namespace, long flag) {}

  private EnteredNamespaces() {}

  /** Launches a child from within the namespaces. */
  public static PidFd launch(Linux linux, LaunchImage image, List<Entry> entries) {
    if (entries.isEmpty()) {
      return linux.processes().launch(image);
    }
    Deque<Own> left = new ArrayDeque<>();
    try {
      for (Entry entry : entries) {
        Fd own =
            linux
                .files()
                .openat(
                    Fd.WORKING_FOLDER, "/proc/thread-self/ns/" + entry.own(), Fcntl.O_RDONLY, 0);
        left.push(new Own(own, entry.flag()));
        linux.processes().setns(entry.namespace(), entry.flag());
      }
      return linux.processes().launch(image);
    } finally {
      // Also where nothing was entered, which changes nothing.
      while (!left.isEmpty()) {
        Own own = left.pop();
        try (Fd namespace = own.namespace()) {
          linux.processes().setns(namespace, own.flag());
        }
      }
    }
  }
}
