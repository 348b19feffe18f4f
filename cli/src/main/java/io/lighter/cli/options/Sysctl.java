package io.lighter.cli.options;

import io.lighter.cli.flags.Ascii;
import io.lighter.cli.flags.InvalidValueException;

/**
 * A kernel parameter that belongs to a network or IPC namespace. Only such are let through, by
 * exact name or prefix, and only plain characters: a {@code +} or a {@code /} in a name once made
 * other runtimes set a parameter of the host (CVE-2022-0811).
 *
 * @param name with dots, such as {@code net.core.somaxconn}
 * @param value what is written to its file
 */
record Sysctl(String name, String value) {
  private static final String NETWORK = "net.";
  private static final String MESSAGE_QUEUES = "fs.mqueue.";

  static Sysctl parse(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? "" : text.substring(0, equals);
    if (!isPlain(name) || !isNamespaced(name)) {
      throw new InvalidValueException("sysctl '" + text + "' is not allowed");
    }
    String value = text.substring(equals + 1);
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < ' ' && value.charAt(i) != '\t') {
        throw new InvalidValueException("its value holds a control character");
      }
    }
    return new Sysctl(name, value);
  }

  boolean isOfNetwork() {
    return name.startsWith(NETWORK);
  }

  private static boolean isPlain(String name) {
    char previous = '.';
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean word = Ascii.isLetterOrDigit(c) || c == '_' || c == '-';
      if (!word && (c != '.' || previous == '.')) {
        return false;
      }
      previous = c;
    }
    return previous != '.';
  }

  private static boolean isNamespaced(String name) {
    return switch (name) {
      case "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall" -> true;
      case "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced" -> true;
      default -> name.startsWith(NETWORK) || name.startsWith(MESSAGE_QUEUES);
    };
  }
}
