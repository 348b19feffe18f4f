package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Reads {@code KEY=VALUE ...} of ENV, LABEL and ARG. */
final class KeyValueReader {
  private KeyValueReader() {}

  static List<KeyValue> pairs(String instruction, String text, char escape) {
    List<String> words = words(text, escape);
    if (words.isEmpty()) {
      throw new SyntaxException(instruction + " needs at least one KEY=VALUE");
    }
    if (!words.getFirst().contains("=")) {
      String[] parts = text.split("\\s+", 2);
      if (parts.length < 2) {
        throw new SyntaxException(
            instruction
                + " "
                + text
                + " has no value; write "
                + instruction
                + " "
                + text
                + "=VALUE");
      }
      return List.of(new KeyValue(parts[0], parts[1], true));
    }
    List<KeyValue> pairs = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new SyntaxException(
            word
                + " is not KEY=VALUE; quote a value that has spaces: "
                + instruction
                + " KEY=\"a b\"");
      }
      if (equals == 0) {
        throw new SyntaxException("a name of " + instruction + " is empty: " + word);
      }
      pairs.add(new KeyValue(word.substring(0, equals), word.substring(equals + 1), false));
    }
    return pairs;
  }

  static List<Variable> variables(String text, char escape) {
    List<Variable> variables = new ArrayList<>();
    for (String word : words(text, escape)) {
      int equals = word.indexOf('=');
      if (equals == 0) {
        throw new SyntaxException("a name of ARG is empty: " + word);
      }
      variables.add(
          equals < 0
              ? new Variable(word, null)
              : new Variable(word.substring(0, equals), word.substring(equals + 1)));
    }
    if (variables.isEmpty()) {
      throw new SyntaxException("ARG needs at least one NAME or NAME=DEFAULT");
    }
    return variables;
  }

  /** Splits at spaces outside of quotes; quotes and escape characters stay. */
  private static List<String> words(String text, char escape) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        endWord(words, word);
        continue;
      }
      if (c == escape && quote != '\'') {
        if (i + 1 == text.length()) {
          break;
        }
        word.append(c).append(text.charAt(++i));
        continue;
      }
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      word.append(c);
    }
    endWord(words, word);
    return words;
  }

  private static void endWord(List<String> words, StringBuilder word) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }
}
