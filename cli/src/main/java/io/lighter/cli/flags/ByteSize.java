package io.lighter.cli.flags;

/**
 * A size in bytes as Docker writes it: a decimal number, perhaps with a fraction, and a binary unit
 * {@code b k m g t p}, {@code kb}, {@code kib} and so on in either case, perhaps after a space.
 * Stricter than Docker's client, which also takes {@code 1e3} and {@code 1_000} and lets what is
 * too large turn negative.
 */
public final class ByteSize {
  private ByteSize() {}

  /** Bytes, 0 to 2^63-1. */
  public static long parse(String text) {
    int end = 0;
    int point = -1;
    while (end < text.length() && isNumeric(text.charAt(end))) {
      if (text.charAt(end) == '.') {
        if (point >= 0) {
          throw new InvalidValueException("invalid size: '" + text + "'");
        }
        point = end;
      }
      end++;
    }
    int digits = point < 0 ? end : end - 1;
    if (digits == 0) {
      throw new InvalidValueException("invalid size: '" + text + "'");
    }
    int unit = end < text.length() && text.charAt(end) == ' ' ? end + 1 : end;
    long scale = scale(text.substring(unit));
    try {
      long whole = whole(text.substring(0, point < 0 ? end : point));
      double fraction = point < 0 ? 0 : Double.parseDouble("0" + text.substring(point, end));
      return Math.addExact(Math.multiplyExact(whole, scale), (long) (fraction * scale));
    } catch (ArithmeticException e) {
      throw new InvalidValueException("invalid size: '" + text + "' is larger than 2^63-1 bytes");
    }
  }

  private static boolean isNumeric(char c) {
    return Ascii.isDigit(c) || c == '.';
  }

  private static long whole(String digits) {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      number = Math.addExact(Math.multiplyExact(number, 10), digits.charAt(i) - '0');
    }
    return number;
  }

  private static long scale(String unit) {
    if (unit.isEmpty() || unit.equalsIgnoreCase("b")) {
      return 1;
    }
    int power = "kmgtp".indexOf(Character.toLowerCase(unit.charAt(0)));
    String rest = unit.substring(1);
    if (power < 0
        || !(rest.isEmpty() || rest.equalsIgnoreCase("b") || rest.equalsIgnoreCase("ib"))) {
      throw new InvalidValueException("invalid suffix: '" + unit + "'");
    }
    return 1L << (10 * (power + 1));
  }
}
