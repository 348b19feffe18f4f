package io.lighter.runtime;

import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Polling;
import io.lighter.runtime.launch.EnteredNamespaces;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The birth of a child that waits at gates, by a thread of its own.
 *
 * <p>Until its exec the child has the memory of this JVM, and is in the container's cgroup already.
 * Were it killed there for want of memory, the JVM would be killed with it: whoever shares the
 * memory of a victim dies too ({@code __oom_kill_process} of mm/oom_kill.c). The kernel passes over
 * children of vfork ({@code in_vfork} in {@code oom_badness}, Linux 4.8), and a limit that is too
 * small fails the system call that wanted the memory, by ENOMEM. So the child is one of vfork
 * however long it waits, and its thread sleeps until the exec, in a state that counts as load
 * (proc_loadavg(5)). When this process ends before, the child goes on.
 */
final class GatedBirth {
  /** How often the birth is asked for: a clone takes from 0.1 to 1 ms. */
  private static final long PAUSE_NANOS = 20_000;

  private static final long STACK_BYTES = 128 * 1024;

  private final Linux linux;
  private final LaunchImage image;
  private final CountDownLatch returned = new CountDownLatch(1);
  private volatile @Nullable RuntimeException refusal;

  private GatedBirth(Linux linux, LaunchImage image) {
    this.linux = linux;
    this.image = image;
  }

  /**
   * Begins one.
   *
   * @param entries namespaces that the child is born in
   * @param staying whether the thread shall live as long as the child, which the kernel is told to
   *     kill when it ends: prctl(2), PR_SET_PDEATHSIG
   * @throws StartException when no thread can be had
   */
  static GatedBirth begin(
      Linux linux, LaunchImage image, List<EnteredNamespaces.Entry> entries, boolean staying) {
    GatedBirth birth = new GatedBirth(linux, image);
    // Now, lest the last child of the image be taken for this one.
    image.reset();
    Runnable work = () -> birth.carryOut(entries, staying);
    try {
      Thread.ofPlatform().daemon().name("birth").stackSize(STACK_BYTES).start(work);
    } catch (OutOfMemoryError e) {
      throw new StartException("the container could not be set up: " + e.getMessage(), e);
    }
    return birth;
  }

  private void carryOut(List<EnteredNamespaces.Entry> entries, boolean staying) {
    int pid;
    try {
      // Its descriptor is closed by who asked for the child.
      pid = EnteredNamespaces.launchForGood(linux, image, entries).pid();
    } catch (RuntimeException e) {
      refusal = e;
      return;
    } finally {
      returned.countDown();
    }
    if (staying) {
      awaitEnd(pid);
    }
  }

  private void awaitEnd(int pid) {
    try (PidFd child = linux.processes().pidfdOpen(pid)) {
      if (child != null) {
        Polling polling = new Polling(linux);
        int ended;
        do {
          ended = polling.either(child, child);
        } while (ended == 0); // A signal came.
      }
    }
  }

  /**
   * Returns the child when it is born; to be asked once.
   *
   * @throws RuntimeException when there is none
   */
  PidFd child() {
    while (true) {
      boolean over = returned.getCount() == 0;
      PidFd born = linux.processes().born(image);
      if (born != null) {
        return born;
      }
      if (over) {
        RuntimeException why = refusal;
        throw why == null ? new IllegalStateException("a launch without a child") : why;
      }
      LockSupport.parkNanos(this, PAUSE_NANOS);
    }
  }

  /** Waits until the child has executed its command or ended; then the image is free again. */
  void awaitExec() {
    boolean interrupted = false;
    while (true) {
      try {
        returned.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // It is near: the child is killed, or has been let through.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
