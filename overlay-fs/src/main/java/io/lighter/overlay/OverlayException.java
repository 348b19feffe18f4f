package io.lighter.overlay;

import io.lighter.linux.LinuxException;

/**
 * Layers could not be opened or mounted. The message says which layer, what the kernel said in its
 * own words where it gives any, and how to mend it; the cause is the system call that failed, if
 * one did.
 */
public final class OverlayException extends RuntimeException {

  /** For layers that are refused before the kernel is asked. */
  public OverlayException(String message) {
    super(message);
  }

  /** For a system call that failed. */
  public OverlayException(String message, LinuxException cause) {
    super(message, cause);
  }
}
