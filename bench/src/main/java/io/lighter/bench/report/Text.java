package io.lighter.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Figures and tables as Markdown. */
final class Text {

  private Text() {}

  /** Milliseconds with three significant digits: {@code 1.43}, {@code 16.2}, {@code 725}. */
  static String millis(long nanos) {
    double millis = nanos / 1e6;
    int digits = millis < 10 ? 2 : millis < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + digits + "f", millis);
  }

  /** Microseconds, whole from ten on. */
  static String micros(long nanos) {
    return String.format(Locale.ROOT, nanos < 10_000 ? "%.1f" : "%.0f", nanos / 1e3);
  }

  static String whole(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace(',', ' ');
  }

  /** Kilobytes of 1024 bytes, rounded. */
  static String kilobytes(long bytes) {
    return whole(Math.round(bytes / 1024.0));
  }

  /** How many times: {@code 1.4x}. */
  static String ratio(long of, long to) {
    double times = (double) of / to;
    return String.format(Locale.ROOT, times < 10 ? "%.1fx" : "%.0fx", times);
  }

  /** The first column to the left, figures to the right. */
  static String table(List<String> head, List<List<String>> rows) {
    String rule = head.stream().map(column -> "---:").collect(Collectors.joining("|"));
    StringBuilder out = new StringBuilder();
    out.append("| ").append(String.join(" | ", head)).append(" |\n");
    out.append("|").append(rule.replaceFirst("---:", "---")).append("|\n");
    for (List<String> row : rows) {
      out.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
    return out.toString();
  }
}
