package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The flags at the beginning of an instruction. */
final class FlagWords {
  private final String instruction;
  private final Map<String, List<@Nullable String>> values = new LinkedHashMap<>();
  private final String rest;

  private FlagWords(String instruction, String text) {
    this.instruction = instruction;
    int at = 0;
    while (true) {
      at = skipSpaces(text, at);
      if (!text.startsWith("--", at)) {
        break;
      }
      StringBuilder word = new StringBuilder();
      at = readWord(text, at, word);
      if (word.toString().equals("--")) {
        break;
      }
      add(word.substring(2));
    }
    this.rest = text.substring(at).strip();
  }

  /**
   * Splits what follows an instruction's name.
   *
   * @param allowed the flags that the instruction has
   */
  static FlagWords of(String instruction, String text, List<String> allowed) {
    FlagWords words = new FlagWords(instruction, text);
    for (String name : words.values.keySet()) {
      if (!allowed.contains(name)) {
        throw new SyntaxException(
            instruction + " has no flag --" + name + NearestWord.hint(name, allowed));
      }
    }
    return words;
  }

  private static int skipSpaces(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Reads to the next space that is not quoted; quotes and backslashes go. */
  private static int readWord(String text, int from, StringBuilder word) {
    int at = from;
    char quote = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (quote == 0 && Character.isWhitespace(c)) {
        break;
      }
      at++;
      if (c == '\\' && at < text.length()) {
        word.append(text.charAt(at++));
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else {
        word.append(c);
      }
    }
    if (quote != 0) {
      throw new SyntaxException("missing " + quote + " in the flag " + word);
    }
    return at;
  }

  private void add(String flag) {
    int equals = flag.indexOf('=');
    String name = equals < 0 ? flag : flag.substring(0, equals);
    String value = equals < 0 ? null : flag.substring(equals + 1);
    values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  /** Returns what follows the flags. */
  String rest() {
    return rest;
  }

  /** Returns the value of a flag that may be there once, null if it is not. */
  @Nullable String value(String name) {
    if (!isThere(name)) {
      return null;
    }
    return values(name).getFirst();
  }

  /** Returns the values of a flag that may be there several times. */
  List<String> values(String name) {
    List<String> found = new ArrayList<>();
    for (String value : values.getOrDefault(name, List.of())) {
      if (value == null) {
        throw new SyntaxException("the flag --" + name + " of " + instruction + " needs a value");
      }
      found.add(value);
    }
    return found;
  }

  /** Returns whether a flag is set: {@code --flag} or {@code --flag=true}; null if not there. */
  @Nullable Boolean truth(String name) {
    if (!isThere(name)) {
      return null;
    }
    String value = values.getOrDefault(name, List.of()).getFirst();
    return value == null || Booleans.parse("the flag --" + name, value);
  }

  private boolean isThere(String name) {
    int count = values.getOrDefault(name, List.of()).size();
    if (count > 1) {
      throw new SyntaxException("the flag --" + name + " is there " + count + " times");
    }
    return count == 1;
  }
}
