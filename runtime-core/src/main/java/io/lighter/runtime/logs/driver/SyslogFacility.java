package io.lighter.runtime.logs.driver;

import java.util.List;

/**
 * Facilities by name or number.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1">RFC 5424, 6.2.1</a>
 */
final class SyslogFacility {
  private static final String OPTION = "syslog-facility";
  private static final int DAEMON = 3;
  private static final int LOCAL0 = 16;
  private static final int MOST = 23;

  /** By their numbers, as far as they follow each other; local0 to local7 begin at 16. */
  private static final List<String> NAMES =
      List.of(
          "kern",
          "user",
          "mail",
          "daemon",
          "auth",
          "syslog",
          "lpr",
          "news",
          "uucp",
          "cron",
          "authpriv",
          "ftp");

  private SyslogFacility() {}

  /** Returns the number, 0 to 23; that of daemon when the option is not there. */
  static int of(LogOptions options) {
    String name = options.text(OPTION);
    if (name.isEmpty()) {
      return DAEMON;
    }
    if (NAMES.contains(name)) {
      return NAMES.indexOf(name);
    }
    if (name.matches("local[0-7]")) {
      return LOCAL0 + name.charAt(name.length() - 1) - '0';
    }
    return options.integer(OPTION, DAEMON, 0, MOST);
  }
}
