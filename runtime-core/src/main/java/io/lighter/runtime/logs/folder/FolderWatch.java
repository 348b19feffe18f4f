package io.lighter.runtime.logs.folder;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.util.concurrent.TimeUnit;

/**
 * The progress of a log that another process writes, or none: seen by inotify(7) on its folder. Who
 * waits is woken by each write, and when the writer gives its lock back.
 *
 * <p>What the kernel tells nothing of, as on NFS, is looked at once a second, and where it has no
 * watch left 20 times a second.
 */
public final class FolderWatch implements Progress, AutoCloseable {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Linux linux;
  private final Fd folder;
  private final WakeUp wakeUp = new WakeUp();
  private final boolean watched;

  /** Somebody looked once more since nobody has the lock. */
  private volatile boolean lookedOnce;

  private FolderWatch(Linux linux, Fd folder) {
    this.linux = linux;
    this.folder = folder;
    this.watched = FolderEvents.SHARED.add(linux, folder, wakeUp);
  }

  /** Watches a folder, which is opened once more and stays the caller's. For one follower. */
  public static FolderWatch of(Linux linux, Fd folder) {
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    return new FolderWatch(linux, linux.files().openat(folder, ".", flags, 0));
  }

  @Override
  public int seen() {
    return wakeUp.seen();
  }

  @Override
  public boolean await(int seen, long nanos) throws InterruptedException {
    if (!FolderLock.isHeld(linux, folder)) {
      // What was written last may have come after the caller's look.
      boolean over = lookedOnce;
      lookedOnce = true;
      return !over;
    }
    lookedOnce = false;
    wakeUp.await(seen, Math.min(nanos, watched ? LOOK_NANOS : POLL_NANOS));
    return true;
  }

  @Override
  public void close() {
    FolderEvents.SHARED.remove(wakeUp);
    folder.close();
  }
}
