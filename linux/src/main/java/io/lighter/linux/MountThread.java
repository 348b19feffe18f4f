package io.lighter.linux;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread in a mount namespace of its own, for what can only be mounted at a place: nobody else
 * sees it, and what is left of it is gone with the thread.
 */
public final class MountThread {
  private MountThread() {}

  /**
   * Runs work in such a thread, and waits for it without heeding interruptions, which are kept.
   *
   * @param name of the thread
   * @param work begins where no mount of the namespace reaches the host; what it returns outlives
   *     the thread only if it is detached
   */
  public static <T> T run(Linux linux, String name, Supplier<T> work) {
    AtomicReference<@Nullable T> result = new AtomicReference<>();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .name(name)
            .start(
                () -> {
                  try {
                    linux.processes().unshare(Sched.CLONE_NEWNS);
                    linux.mounts().propagate("/", MountFlags.MS_REC | MountFlags.MS_PRIVATE);
                    result.set(work.get());
                  } catch (Throwable e) {
                    failure.set(e);
                  }
                });
    await(thread);
    T made = result.get();
    if (made != null) {
      return made;
    }
    switch (failure.get()) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> throw new AssertionError("nothing else is thrown", failure.get());
    }
  }

  private static void await(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
