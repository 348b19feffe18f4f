package io.lighter.runtime.launch;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.PidFd;
import io.lighter.runtime.launch.LaunchInputs.NamespaceInput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Namespaces that the launching thread is in while a child is born, for those that the child could
 * not enter itself.
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

  /**
   * Launches a child from within the namespaces.
   *
   * <p>Who is root of a user namespace only can enter a PID namespace that lies below and never
   * comes back: then another thread launches the child, and ends.
   *
   * @throws IllegalStateException when the child is to end with the thread that launches it, and
   *     that would be such a thread
   */
  public static PidFd launch(
      Linux linux, LaunchImage image, List<Entry> entries, boolean diesWithStarter) {
    if (entries.isEmpty()) {
      return linux.processes().launch(image);
    }
    Deque<Own> left = new ArrayDeque<>();
    try {
      for (Entry entry : entries) {
        left.push(own(linux, entry));
      }
      if (!mayComeBack(linux, left)) {
        if (diesWithStarter) {
          throw new IllegalStateException(
              "a container that is to end with its starter cannot join "
                  + entries.getFirst().own()
                  + " from within a user namespace");
        }
        return inThreadOfItsOwn(() -> launchForGood(linux, image, entries));
      }
      try {
        return launchForGood(linux, image, entries);
      } finally {
        // Also where nothing was entered, which changes nothing.
        left.forEach(own -> linux.processes().setns(own.namespace(), own.flag()));
      }
    } finally {
      left.forEach(own -> own.namespace().close());
    }
  }

  /** Launches a child by a thread that stays in the namespaces, and is good for nothing else. */
  public static PidFd launchForGood(Linux linux, LaunchImage image, List<Entry> entries) {
    for (Entry entry : entries) {
      linux.processes().setns(entry.namespace(), entry.flag());
    }
    return linux.processes().launch(image);
  }

  private static Own own(Linux linux, Entry entry) {
    String path = "/proc/thread-self/ns/" + entry.own();
    return new Own(linux.files().openat(Fd.WORKING_FOLDER, path, Fcntl.O_RDONLY, 0), entry.flag());
  }

  /** Asked by entering where the thread is already. */
  private static boolean mayComeBack(Linux linux, Deque<Own> own) {
    try {
      own.forEach(namespace -> linux.processes().setns(namespace.namespace(), namespace.flag()));
      return true;
    } catch (LinuxException e) {
      if (e.errno() == Errno.EPERM) {
        return false;
      }
      throw e;
    }
  }

  private static PidFd inThreadOfItsOwn(Supplier<PidFd> launch) {
    FutureTask<PidFd> task = new FutureTask<>(launch::get);
    Thread.ofPlatform().daemon().name("launch").start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true; // The child is born or not in a moment.
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException cause) {
            throw cause;
          }
          throw new IllegalStateException(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
