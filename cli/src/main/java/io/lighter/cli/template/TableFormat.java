package io.lighter.cli.template;

import io.lighter.runtime.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a list is printed: as a table, as JSON, or by a template for each row. In a table, the
 * headings are the template's fields by their titles.
 */
public final class TableFormat {
  private static final String TABLE = "table";
  private static final int GAP = 3;
  private static final Pattern FIELD = Pattern.compile("\\.([A-Za-z]+)");

  private final boolean table;
  private final boolean json;
  private final String template;

  private TableFormat(boolean table, boolean json, String template) {
    this.table = table;
    this.json = json;
    this.template = template;
  }

  /**
   * Reads {@code --format}.
   *
   * @param format {@code json}, {@code table}, {@code table TEMPLATE}, or a template
   * @param usual the template of the table when none is given, its columns parted by tabs
   */
  public static TableFormat of(String format, String usual) {
    if (format.equals("json")) {
      return new TableFormat(false, true, "");
    }
    if (format.isEmpty() || format.equals(TABLE)) {
      return new TableFormat(true, false, usual);
    }
    if (format.startsWith(TABLE + " ")) {
      return new TableFormat(true, false, unescaped(format.substring(TABLE.length() + 1)));
    }
    return new TableFormat(false, false, unescaped(format));
  }

  /** What a shell passes as {@code \t} is a tab. */
  private static String unescaped(String template) {
    return template.replace("\\t", "\t").replace("\\n", "\n");
  }

  /**
   * Returns the list.
   *
   * @param titles of all fields that rows have
   */
  public String print(Map<String, String> titles, List<Map<String, Object>> rows) {
    StringBuilder text = new StringBuilder();
    if (json) {
      rows.forEach(row -> text.append(JsonWriter.compact(row)).append('\n'));
      return text.toString();
    }
    GoTemplate parsed = GoTemplate.parse(template);
    List<String> lines = new ArrayList<>();
    if (table) {
      lines.add(heading(titles));
    }
    rows.forEach(row -> lines.add(parsed.apply(row)));
    if (!table) {
      lines.forEach(line -> text.append(line).append('\n'));
      return text.toString();
    }
    return aligned(lines);
  }

  private String heading(Map<String, String> titles) {
    Map<String, Object> row = new LinkedHashMap<>(titles);
    // In a heading a function would be applied to a title: only the fields count.
    Matcher actions = Pattern.compile("\\{\\{.*?}}").matcher(template);
    String plain =
        actions.replaceAll(
            action -> {
              Matcher field = FIELD.matcher(action.group());
              return Matcher.quoteReplacement(field.find() ? "{{" + field.group() + "}}" : "");
            });
    return GoTemplate.parse(plain).apply(row);
  }

  private static String aligned(List<String> lines) {
    List<String[]> rows = lines.stream().map(line -> line.split("\t", -1)).toList();
    List<Integer> widths = new ArrayList<>();
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        int width = row[i].length() + GAP;
        if (i == widths.size()) {
          widths.add(width);
        } else {
          widths.set(i, Math.max(widths.get(i), width));
        }
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      for (int i = 0; i < row.length - 1; i++) {
        text.append(row[i]).repeat(" ", widths.get(i) - row[i].length());
      }
      text.append(row[row.length - 1]).append('\n');
    }
    return text.toString();
  }
}
