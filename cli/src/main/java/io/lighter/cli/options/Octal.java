package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;

/** Octal numbers: the bits of a file's mode. */
final class Octal {
  private Octal() {}

  static int parse(String text, int most) {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '7') {
        throw new InvalidValueException("it is not octal");
      }
      number = number * 8 + c - '0';
      if (number > most) {
        throw new InvalidValueException("it is larger than " + Integer.toOctalString(most));
      }
    }
    if (text.isEmpty()) {
      throw new InvalidValueException("it is empty");
    }
    return number;
  }
}
