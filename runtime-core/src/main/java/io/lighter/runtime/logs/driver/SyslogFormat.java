package io.lighter.runtime.logs.driver;

import java.util.Locale;

/** How a message of syslog begins. */
enum SyslogFormat {
  /** Without the host's name, for the daemon of the same machine. */
  UNIX,
  /**
   * The old format.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc3164">RFC 3164</a>
   */
  RFC3164,
  /**
   * The new format, with the tag as name of the program and as id of the message.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc5424">RFC 5424</a>
   */
  RFC5424,
  /** The new format with microseconds. */
  RFC5424MICRO;

  private static final String OPTION = "syslog-format";

  static SyslogFormat of(LogOptions options) {
    String name = options.text(OPTION);
    return switch (name) {
      case "" -> UNIX;
      case "rfc3164", "rfc5424", "rfc5424micro" -> valueOf(name.toUpperCase(Locale.ROOT));
      default -> throw options.invalid(OPTION, "rfc3164, rfc5424 or rfc5424micro", null);
    };
  }

  boolean isNew() {
    return this == RFC5424 || this == RFC5424MICRO;
  }
}
