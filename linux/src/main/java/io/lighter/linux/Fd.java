package io.lighter.linux;

import org.jspecify.annotations.Nullable;

/**
 * A file descriptor that is owned: whoever holds it closes it, by try-with-resources.
 *
 * <p>Every descriptor of this room is opened with O_CLOEXEC. Closing is idempotent; it is safe from
 * any thread but must not run beside a call that uses the descriptor, since the kernel may hand the
 * number out again at once.
 */
public class Fd implements AutoCloseable {
  private static final int CLOSED = -1;

  /**
   * Where a relative path starts that is resolved from the working folder of this process:
   * AT_FDCWD. Closing it does nothing.
   */
  public static final Fd WORKING_FOLDER = new Fd(null, Fcntl.AT_FDCWD);

  /** Descriptor 0 of this process. Closing it does nothing, as with the two that follow. */
  public static final Fd STANDARD_INPUT = new Fd(null, 0);

  public static final Fd STANDARD_OUTPUT = new Fd(null, 1);
  public static final Fd STANDARD_ERROR = new Fd(null, 2);

  private final @Nullable SystemCalls calls;
  private volatile int number;

  Fd(@Nullable SystemCalls calls, long number) {
    this.calls = calls;
    this.number = Math.toIntExact(number);
  }

  /** Makes one that is closed, and that {@link #fill} opens. */
  Fd(SystemCalls calls) {
    this(calls, CLOSED);
  }

  /**
   * Takes the answer of a call that opens descriptors.
   *
   * @param answer a descriptor, or an errno with its sign turned
   * @return 0, or the answer when it is an error
   * @throws IllegalStateException when a descriptor is held already; the one that came is closed
   */
  final int fill(long answer) {
    if (Errno.isError(answer)) {
      return (int) answer;
    }
    synchronized (this) {
      if (number == CLOSED) {
        number = (int) answer;
        return 0;
      }
    }
    new Fd(calls, answer).close();
    throw new IllegalStateException("what is to hold a descriptor holds one: " + this);
  }

  /**
   * Returns the number, for the calls of this room.
   *
   * @throws IllegalStateException when the descriptor has been closed
   */
  final int number() {
    int open = number;
    if (open == CLOSED) {
      throw new IllegalStateException("the descriptor has been closed");
    }
    return open;
  }

  /** Returns whether the descriptor is still held. */
  public final boolean isOpen() {
    return number != CLOSED;
  }

  /**
   * Returns the path of the descriptor in procfs, {@code /proc/self/fd/N}, for calls that need one.
   */
  public final String procPath() {
    return "/proc/self/fd/" + number();
  }

  /**
   * Returns the number as a text, for a protocol by which another process opens the file below
   * {@code /proc/PID/fd} of this one.
   */
  public final String procName() {
    return Integer.toString(number());
  }

  @Override
  public void close() {
    if (calls == null) {
      return;
    }
    int open;
    synchronized (this) {
      open = number;
      number = CLOSED;
    }
    if (open != CLOSED) {
      // The number is free afterwards whatever close returns: close(2), "Dealing with error
      // returns".
      calls.call(SystemCall.CLOSE, open, 0, 0, 0, 0, 0);
    }
  }

  @Override
  public String toString() {
    int open = number;
    return open == CLOSED ? "closed fd" : "fd " + open;
  }
}
