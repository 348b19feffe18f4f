package io.lighter.linux;

/**
 * Changes of files and folders, as events to read.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
public final class Inotify extends CallGroup {
  public static final int IN_ACCESS = 0x001;
  public static final int IN_MODIFY = 0x002;
  public static final int IN_ATTRIB = 0x004;
  public static final int IN_CLOSE_WRITE = 0x008;
  public static final int IN_CLOSE_NOWRITE = 0x010;
  public static final int IN_OPEN = 0x020;
  public static final int IN_MOVED_FROM = 0x040;
  public static final int IN_MOVED_TO = 0x080;
  public static final int IN_CREATE = 0x100;
  public static final int IN_DELETE = 0x200;
  public static final int IN_DELETE_SELF = 0x400;
  public static final int IN_MOVE_SELF = 0x800;

  public static final int IN_UNMOUNT = 0x2000;
  public static final int IN_Q_OVERFLOW = 0x4000;
  public static final int IN_IGNORED = 0x8000;

  public static final int IN_ONLYDIR = 0x01000000;
  public static final int IN_DONT_FOLLOW = 0x02000000;
  public static final int IN_EXCL_UNLINK = 0x04000000;
  public static final int IN_MASK_CREATE = 0x10000000;
  public static final int IN_MASK_ADD = 0x20000000;
  public static final int IN_ISDIR = 0x40000000;
  public static final int IN_ONESHOT = 0x80000000;

  public static final int IN_NONBLOCK = Fcntl.O_NONBLOCK;

  private static final int IN_CLOEXEC = Fcntl.O_CLOEXEC;

  Inotify(SystemCalls calls) {
    super(calls);
  }

  /**
   * Opens a queue of events.
   *
   * @param flags IN_NONBLOCK or 0; IN_CLOEXEC is added
   * @throws LinuxException EMFILE beyond {@code /proc/sys/fs/inotify/max_user_instances}
   * @see <a href="https://man7.org/linux/man-pages/man2/inotify_init.2.html">inotify_init1(2)</a>
   */
  public Fd create(int flags) {
    return open(SystemCall.INOTIFY_INIT1, flags | IN_CLOEXEC, 0, 0, 0, 0);
  }

  /**
   * Watches an open file or folder; it may be open with O_PATH, and may be closed then.
   *
   * @param mask IN_ bits
   * @return a number that its events carry; the same again for a file that is watched already
   * @throws LinuxException ENOSPC beyond {@code /proc/sys/fs/inotify/max_user_watches}
   * @see <a href="https://man7.org/linux/man-pages/man2/inotify_add_watch.2.html">
   *     inotify_add_watch(2)</a>
   */
  public int addWatch(Fd inotify, Fd watched, int mask) {
    long path = CallMemory.get().pathOf(watched);
    return (int) check(SystemCall.INOTIFY_ADD_WATCH, inotify.number(), path, mask, 0);
  }

  /** Watches no longer; returns false when that watch is gone already. */
  public boolean removeWatch(Fd inotify, int watch) {
    return checkUnless(Errno.EINVAL, SystemCall.INOTIFY_RM_WATCH, inotify.number(), watch, 0, 0, 0);
  }

  /**
   * Reads what has happened; waits while that is nothing.
   *
   * @return false when the queue is non-blocking and empty
   */
  public boolean read(Fd inotify, InotifyEvents events) {
    long at = events.address();
    int size = InotifyEvents.BUFFER_SIZE;
    long read =
        answerOn(events, Errno.EAGAIN, SystemCall.READ, inotify.number(), at, size, 0, 0, 0);
    events.setFilled(Math.max(read, 0));
    return read > 0;
  }
}
