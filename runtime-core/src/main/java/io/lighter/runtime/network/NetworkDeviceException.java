package io.lighter.runtime.network;

/**
 * A network device could not be moved into a container; those that had been moved are back, unless
 * a suppressed exception says otherwise.
 */
public final class NetworkDeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;

  NetworkDeviceException(String field, String reason) {
    super(field + ": " + reason);
    this.field = field;
  }

  NetworkDeviceException(String field, String reason, Throwable cause) {
    super(field + ": " + reason, cause);
    this.field = field;
  }

  /** Returns the field of {@code config.json}, such as {@code linux.netDevices[eth1]}. */
  public String field() {
    return field;
  }
}
