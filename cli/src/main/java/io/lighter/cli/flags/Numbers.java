package io.lighter.cli.flags;

/** Numbers and truth values as Docker's command line reads them. */
public final class Numbers {
  private Numbers() {}

  /** A truth value: {@code 1 t T true TRUE True 0 f F false FALSE False}. */
  public static boolean truth(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw new InvalidValueException("it is neither true nor false");
    };
  }

  /**
   * A signed 64-bit number with an optional sign and base: {@code 16}, {@code 0x10}, {@code 0o20},
   * {@code 020}, {@code 0b10000}.
   */
  public static long integer(String text) {
    int start = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    int radix = 10;
    int digits = start;
    if (text.length() > start + 1 && text.charAt(start) == '0') {
      radix =
          switch (text.charAt(start + 1)) {
            case 'x', 'X' -> 16;
            case 'b', 'B' -> 2;
            default -> 8;
          };
      char mark = text.charAt(start + 1);
      digits = start + (radix != 8 || mark == 'o' || mark == 'O' ? 2 : 1);
    }
    return signed(text, text.startsWith("-"), digits, radix);
  }

  /** A signed 64-bit decimal number with an optional sign. */
  public static long decimal(String text) {
    int start = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    return signed(text, text.startsWith("-"), start, 10);
  }

  /**
   * A number of decimal digits and nothing else, no larger than {@code most}. Unlike the library's
   * parsers it takes no sign and no digit but ASCII's.
   */
  public static long digits(String text, long most) {
    long number = signed(text, false, 0, 10);
    if (number > most) {
      throw new InvalidValueException("it is larger than " + most);
    }
    return number;
  }

  private static long signed(String text, boolean negative, int from, int radix) {
    if (from >= text.length()) {
      throw new InvalidValueException("it is not a number");
    }
    // Negative numbers reach one further than positive ones, so the sum is kept negative.
    long floor = negative ? Long.MIN_VALUE : -Long.MAX_VALUE;
    long number = 0;
    for (int i = from; i < text.length(); i++) {
      int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), radix) : -1;
      if (digit < 0) {
        throw new InvalidValueException("it is not a number");
      }
      if (number < (floor + digit) / radix) {
        throw new InvalidValueException("it is out of range");
      }
      number = number * radix - digit;
    }
    return negative ? number : -number;
  }
}
