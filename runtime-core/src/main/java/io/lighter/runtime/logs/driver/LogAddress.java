package io.lighter.runtime.logs.driver;

import java.util.Locale;

/**
 * An address as options write it: {@code scheme://host:port} or {@code unix:///path}.
 *
 * @param scheme in lower case
 * @param authority between the slashes: host and port
 * @param path with its first slash, or empty
 */
record LogAddress(String scheme, String authority, String path) {
  private static final String MARK = "://";

  /** Returns whether a text has a scheme. */
  static boolean hasScheme(String text) {
    return text.contains(MARK);
  }

  /**
   * Reads an option.
   *
   * @throws LogOptionException when it has not this form
   */
  static LogAddress parse(LogOptions options, String option, String text) {
    int mark = text.indexOf(MARK);
    if (mark <= 0) {
      throw options.invalid(option, "in form proto://address", null);
    }
    String scheme = text.substring(0, mark).toLowerCase(Locale.ROOT);
    String rest = text.substring(mark + MARK.length());
    int slash = rest.indexOf('/');
    return slash < 0
        ? new LogAddress(scheme, rest, "")
        : new LogAddress(scheme, rest.substring(0, slash), rest.substring(slash));
  }

  /**
   * Reads host and port.
   *
   * @param ifAbsent the port when there is none, or -1 when there must be one
   */
  HostAndPort hostAndPort(LogOptions options, String option, int ifAbsent) {
    try {
      return HostAndPort.parse(authority, ifAbsent);
    } catch (IllegalArgumentException e) {
      throw options.invalid(option, "proto://host:port, but " + e.getMessage(), e);
    }
  }
}
