package io.lighter.runtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of a passwd or group file in its fields: passwd(5), group(5). Immutable.
 *
 * <p>Blank lines, comments and lines without a name are left out. Of the rest only what is asked
 * for must be well formed: an id that is missing, not all digits or too large is {@link #NO_ID},
 * never the 0 that a lenient parser makes of it.
 */
final class AccountLine {
  /** Stands for what is no id. */
  static final long NO_ID = -1;

  private final String[] fields;

  private AccountLine(String[] fields) {
    this.fields = fields;
  }

  /** Reads all lines of a file, the fields of each beyond {@code count} dropped. */
  static List<AccountLine> readAll(String content, int count) {
    List<AccountLine> lines = new ArrayList<>();
    int begin = 0;
    while (begin < content.length()) {
      int newline = content.indexOf('\n', begin);
      int end = newline < 0 ? content.length() : newline;
      AccountLine line = read(content.substring(begin, end).strip(), count);
      if (line != null) {
        lines.add(line);
      }
      begin = end + 1;
    }
    return lines;
  }

  private static @Nullable AccountLine read(String line, int count) {
    // A NUL would end the home folder early in the environment.
    if (line.isEmpty() || line.charAt(0) == '#' || line.indexOf('\0') >= 0) {
      return null;
    }
    String[] fields = line.split(":", count + 1);
    return fields[0].isEmpty() ? null : new AccountLine(fields);
  }

  String name() {
    return fields[0];
  }

  /** Returns a field, counted from 0; empty when the line ends before it. */
  String field(int index) {
    return index < fields.length ? fields[index] : "";
  }

  /** Returns a field as an id, or {@link #NO_ID}. */
  long id(int index) {
    String digits = field(index);
    long id = digits.isEmpty() ? NO_ID : 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return NO_ID;
      }
      id = id * 10 + digit;
      // Within the loop, so that no number of digits wraps round.
      if (id > UserRequest.MAX_ID) {
        return NO_ID;
      }
    }
    return id;
  }
}
