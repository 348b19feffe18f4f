package io.lighter.runtime.seccomp;

/**
 * A seccomp profile that cannot be used. The message has the place and the reason, such as {@code
 * seccomp profile: syscalls[3].action: expected one of SCMP_ACT_KILL, ..., found "ALLOW"}.
 */
public final class ProfileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProfileException(String place, String reason) {
    super("seccomp profile: " + (place.isEmpty() ? "" : place + ": ") + reason);
  }
}
