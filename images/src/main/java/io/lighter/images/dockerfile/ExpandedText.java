package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** What comes out of an expansion: as one word, and split at unquoted spaces. */
final class ExpandedText {
  private final StringBuilder whole = new StringBuilder();
  private final StringBuilder current = new StringBuilder();
  private final List<String> words = new ArrayList<>();

  /** Adds text whose spaces separate words. */
  void addSplit(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isWhitespace(c)) {
        current.append(c);
      } else {
        endWord();
      }
    }
    whole.append(text);
  }

  /** Adds text that was quoted. */
  void add(String text) {
    current.append(text);
    whole.append(text);
  }

  void add(char c) {
    current.append(c);
    whole.append(c);
  }

  private void endWord() {
    if (!current.isEmpty()) {
      words.add(current.toString());
      current.setLength(0);
    }
  }

  String whole() {
    return whole.toString();
  }

  List<String> words() {
    endWord();
    return List.copyOf(words);
  }
}
