package io.lighter.bench.report;

import org.jspecify.annotations.Nullable;

/** A part of a text that a program writes, between two lines that stay. */
record Marked(String begin, String end) {

  /**
   * The text with something else between the lines.
   *
   * @param part ends with a line's end
   * @return null when the text has no such lines
   */
  @Nullable String replacedIn(String text, String part) {
    int from = text.indexOf(begin);
    int to = text.indexOf(end);
    if (from < 0 || to < from) {
      return null;
    }
    return text.substring(0, from + begin.length()) + "\n" + part + text.substring(to);
  }
}
