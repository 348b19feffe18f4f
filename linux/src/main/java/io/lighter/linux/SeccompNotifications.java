package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * The side of the listener: system calls of filtered processes, and what becomes of them.
 *
 * <p>A listener that is closed, by all who have it, lets the calls fail with ENOSYS.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html">
 *     seccomp_unotify(2)</a>
 */
public final class SeccompNotifications extends CallGroup {
  /** Answer of {@link #addFd} when the call is over. */
  public static final int GONE = -1;

  private static final int SECCOMP_GET_NOTIF_SIZES = 3;
  private static final int SIZES_RESPONSE = 2;
  private static final int SIZES_DATA = 4;

  /** Bytes of struct seccomp_notif_resp, and offsets in it. */
  private static final int RESPONSE_SIZE = 24;

  private static final int RESPONSE_VALUE = 8;
  private static final int RESPONSE_ERROR = 16;
  private static final int RESPONSE_FLAGS = 20;
  private static final int SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;

  /** Bytes of struct seccomp_notif_addfd, and offsets in it. */
  private static final int ADDFD_SIZE = 24;

  private static final int ADDFD_FLAGS = 8;
  private static final int ADDFD_SOURCE = 12;
  private static final int ADDFD_FD_FLAGS = 20;
  private static final int SECCOMP_ADDFD_FLAG_SEND = 2;

  SeccompNotifications(SystemCalls calls) {
    super(calls);
  }

  /** Returns how much memory a notification takes. */
  public SeccompNotificationSizes sizes() {
    CallMemory memory = CallMemory.get();
    MemorySegment sizes = memory.zeroed(Long.BYTES);
    check(SystemCall.SECCOMP, SECCOMP_GET_NOTIF_SIZES, 0, memory.structAddress(), 0);
    return new SeccompNotificationSizes(
        Short.toUnsignedInt(sizes.get(JAVA_SHORT, 0)),
        Short.toUnsignedInt(sizes.get(JAVA_SHORT, SIZES_RESPONSE)),
        Short.toUnsignedInt(sizes.get(JAVA_SHORT, SIZES_DATA)));
  }

  /**
   * Waits for the next call. The wait does not end when the last filtered process does; wait by
   * poll for POLLIN, or for POLLHUP, which says that no process is left.
   *
   * @return false when the call that was to be had was broken off, or no process is left
   */
  public boolean receive(Fd listener, SeccompNotification notification) {
    MemorySegment memory = notification.cleared();
    long request = Ioctl.SECCOMP_IOCTL_NOTIF_RECV;
    long at = memory.address();
    int number = listener.number();
    return answerOn(notification, Errno.ENOENT, SystemCall.IOCTL, number, request, at, 0, 0, 0)
        >= 0;
  }

  /**
   * Lets a call fail.
   *
   * @param errno 1 to 4095
   * @return false when the call was broken off meanwhile
   */
  public boolean fail(Fd listener, long id, int errno) {
    if (errno < 1 || errno > SeccompFilter.MAX_ERRNO) {
      throw new IllegalArgumentException("an errno is from 1 to 4095, not " + errno);
    }
    return respond(listener, id, 0, -errno, 0);
  }

  /** Lets a call return a value without having been made; false when it was broken off. */
  public boolean succeed(Fd listener, long id, long value) {
    return respond(listener, id, value, 0, 0);
  }

  /**
   * Lets the kernel make a call as if there were no listener; false when it was broken off. What
   * its pointers point to can be another thing by then, so this is not a way to permit something.
   */
  public boolean proceed(Fd listener, long id) {
    return respond(listener, id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
  }

  private boolean respond(Fd listener, long id, long value, int error, int flags) {
    CallMemory memory = CallMemory.get();
    MemorySegment response = memory.zeroed(RESPONSE_SIZE);
    response.set(JAVA_LONG, 0, id);
    response.set(JAVA_LONG, RESPONSE_VALUE, value);
    response.set(JAVA_INT, RESPONSE_ERROR, error);
    response.set(JAVA_INT, RESPONSE_FLAGS, flags);
    return ask(listener, Ioctl.SECCOMP_IOCTL_NOTIF_SEND, memory.structAddress()) >= 0;
  }

  /** Returns whether a call still waits for its answer. */
  public boolean isValid(Fd listener, long id) {
    CallMemory memory = CallMemory.get();
    memory.struct().set(JAVA_LONG, 0, id);
    return ask(listener, Ioctl.SECCOMP_IOCTL_NOTIF_ID_VALID, memory.structAddress()) >= 0;
  }

  /**
   * Gives a descriptor to the process that calls. Linux 5.9.
   *
   * @param flags O_CLOEXEC or 0
   * @return its number there, or {@link #GONE}
   */
  public int addFd(Fd listener, long id, Fd given, int flags) {
    return addFd(listener, id, given, 0, flags);
  }

  /**
   * Gives a descriptor to the process that calls, whose call returns its number: both or neither.
   * Linux 5.14.
   *
   * @param flags O_CLOEXEC or 0
   * @return its number there, or {@link #GONE}
   */
  public int succeedWithFd(Fd listener, long id, Fd given, int flags) {
    return addFd(listener, id, given, SECCOMP_ADDFD_FLAG_SEND, flags);
  }

  private int addFd(Fd listener, long id, Fd given, int how, int flags) {
    CallMemory memory = CallMemory.get();
    MemorySegment request = memory.zeroed(ADDFD_SIZE);
    request.set(JAVA_LONG, 0, id);
    request.set(JAVA_INT, ADDFD_FLAGS, how);
    request.set(JAVA_INT, ADDFD_SOURCE, given.number());
    request.set(JAVA_INT, ADDFD_FD_FLAGS, flags);
    long added = ask(listener, Ioctl.SECCOMP_IOCTL_NOTIF_ADDFD, memory.structAddress());
    return added < 0 ? GONE : (int) added;
  }

  private long ask(Fd listener, int request, long at) {
    return answer(Errno.ENOENT, SystemCall.IOCTL, listener.number(), request, at, 0, 0, 0);
  }
}
