package io.lighter.runtime.resources;

import java.io.IOException;

/** The kernel has refused an operation on {@link Resctrl}. */
public final class ResctrlException extends RuntimeException {
  /**
   * Says what was tried.
   *
   * @param status what the kernel has written into {@code info/last_cmd_status}, or nothing
   */
  ResctrlException(String what, IOException cause, String status) {
    super(
        "linux.intelRdt: "
            + what
            + ": "
            + cause.getMessage()
            + (status.isEmpty() || status.equals("ok") ? "" : " (" + status + ")"),
        cause);
  }
}
