package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/**
 * A cgroup could not be made, changed, waited for or removed. The message says which one, what was
 * wanted of it, and how to mend it.
 *
 * <p>Errors that have nothing to do with cgroups, such as EMFILE, stay {@link LinuxException}s.
 */
public final class CgroupException extends RuntimeException {
  private final int errno;

  CgroupException(String message) {
    super(message);
    this.errno = 0;
  }

  /** For what another room does to a cgroup. */
  public CgroupException(String message, int errno, @Nullable LinuxException cause) {
    super(message + ": " + Errno.name(errno) + " (" + Errno.message(errno) + ")", cause);
    this.errno = errno;
  }

  /** Returns the kernel's error number, or 0 when no system call was refused. */
  public int errno() {
    return errno;
  }
}
