package io.lighter.runtime.systemd;

import java.math.BigInteger;

/** Whole numbers of the types of D-Bus, each within its range. */
final class WholeNumbers {
  private WholeNumbers() {}

  /**
   * Reads a number: decimal, hexadecimal after {@code 0x}, octal after {@code 0}.
   *
   * @param type one of {@code y n q i u x t}
   * @return all its bits
   * @throws NumberFormatException when it is none, or does not fit
   */
  static Long of(String type, String digits) {
    int bits =
        switch (type) {
          case "y" -> 8;
          case "n", "q" -> 16;
          case "i", "u" -> 32;
          case "x", "t" -> 64;
          default -> throw new NumberFormatException("no whole number has the type " + type);
        };
    boolean signed = "nix".contains(type);
    BigInteger number = parse(digits);
    boolean fits =
        signed ? number.bitLength() < bits : number.signum() >= 0 && number.bitLength() <= bits;
    if (!fits) {
      throw new NumberFormatException(digits + " does not fit into " + bits + " bits");
    }
    return number.longValue();
  }

  private static BigInteger parse(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    if (digits.startsWith("-") || digits.startsWith("+")) {
      throw new NumberFormatException(text);
    }
    BigInteger number =
        digits.startsWith("0x") || digits.startsWith("0X")
            ? new BigInteger(digits.substring(2), 16)
            : new BigInteger(digits, digits.length() > 1 && digits.startsWith("0") ? 8 : 10);
    return negative ? number.negate() : number;
  }
}
