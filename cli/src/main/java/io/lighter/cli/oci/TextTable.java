package io.lighter.cli.oci;

import java.util.List;

/** Rows of text in columns, the widths of runc. */
final class TextTable {
  private static final int LEAST = 12;
  private static final int GAP = 3;

  private TextTable() {}

  /** Lines of equally many cells each; the last column is not filled up. */
  static String of(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], Math.max(LEAST, row.get(i).length() + GAP));
      }
    }
    for (List<String> row : rows) {
      for (int i = 0; i < columns - 1; i++) {
        text.append(row.get(i)).repeat(" ", widths[i] - row.get(i).length());
      }
      text.append(row.get(columns - 1)).append('\n');
    }
    return text.toString();
  }
}
