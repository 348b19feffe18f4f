package io.lighter.cli.systemd;

/** What was called has answered by an error. */
final class BusErrorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;

  BusErrorException(String name, String text) {
    super(text.isEmpty() ? name : text);
    this.name = name;
  }

  /** Whether it is an error of this name of systemd's, such as {@code NoSuchUnit}. */
  boolean isOfSystemd(String error) {
    return name.equals("org.freedesktop.systemd1." + error);
  }
}
