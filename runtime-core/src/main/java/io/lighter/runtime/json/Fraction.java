package io.lighter.runtime.json;

/**
 * A number with a fraction or an exponent. Nothing that is read here takes one, so it is kept as it
 * was written, for the error.
 *
 * @param text as in the JSON text
 */
public record Fraction(String text) {
  @Override
  public String toString() {
    return text;
  }
}
