package io.lighter.linux;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A system call failed. The message names the call, its arguments and the error: {@code openat2(3,
 * "etc/passwd", ...): ENOENT (No such file or directory)}.
 *
 * <p>Unchecked, because almost every method of this room may throw it; outcomes that a caller
 * expects are return values instead.
 */
public final class LinuxException extends RuntimeException {
  private final SystemCall call;
  private final int errno;

  private LinuxException(SystemCall call, int errno, String message) {
    super(message);
    this.call = call;
    this.errno = errno;
  }

  /**
   * Describes a call by its raw arguments, which must still be readable where they are pointers.
   */
  static LinuxException of(
      SystemCall call, long result, long a0, long a1, long a2, long a3, long a4, long a5) {
    StringBuilder text = new StringBuilder(96);
    print(call, text, a0, a1, a2, a3, a4, a5);
    return of(call, (int) -result, text.toString());
  }

  /**
   * Describes a failed call that has been printed already.
   *
   * @param errno a positive error number
   * @param printed the call with its arguments
   */
  public static LinuxException of(SystemCall call, int errno, String printed) {
    String why =
        errno == Errno.ENOSYS && MissingCalls.isNew(call)
            ? MissingCalls.why(call)
            : Errno.message(errno);
    return new LinuxException(call, errno, printed + ": " + Errno.name(errno) + " (" + why + ")");
  }

  /**
   * Describes a request that the kernel refused in a message of its own.
   *
   * @param explanation what the kernel says about it, if it says something
   */
  static LinuxException ofAnswer(
      SystemCall call, int errno, String request, @Nullable String explanation) {
    String message = request + ": " + Errno.name(errno) + " (" + Errno.message(errno) + ")";
    return new LinuxException(
        call, errno, explanation == null ? message : message + ": " + explanation);
  }

  /** Appends a call as strace prints it: {@code umount2("/proc", MNT_DETACH)}. */
  static void print(SystemCall call, StringBuilder text, long... arguments) {
    text.append(call).append('(');
    List<ArgumentKind> kinds = call.arguments();
    for (int i = 0; i < kinds.size(); i++) {
      if (i > 0) {
        text.append(", ");
      }
      kinds.get(i).print(arguments[i], text);
    }
    text.append(')');
  }

  /** Returns the call that failed. */
  public SystemCall call() {
    return call;
  }

  /** Returns the positive error number; {@link Errno} has the names. */
  public int errno() {
    return errno;
  }
}
