package io.lighter.cli.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of an action. */
final class TemplateLexer {
  /** Before a token that begins with a dot and follows a parenthesis at once. */
  static final String ATTACHED = "\u0001";

  private TemplateLexer() {}

  /** Returns where the action that begins at {@code start} has its closing braces. */
  static int end(String text, int start) {
    if (text.startsWith("/*", start) || text.startsWith(" /*", start)) {
      int end = text.indexOf("*/", start);
      int close = end < 0 ? -1 : text.indexOf("}}", end);
      if (close >= 0) {
        return close;
      }
    }
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '`') {
        i = endOfString(text, i) - 1;
      } else if (text.startsWith("}}", i)) {
        return i;
      }
    }
    throw new TemplateException("unclosed action: }} is missing");
  }

  private static int endOfString(String text, int start) {
    char quote = text.charAt(start);
    for (int i = start + 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && quote == '"') {
        i++;
      } else if (text.charAt(i) == quote) {
        return i + 1;
      }
    }
    throw new TemplateException("unterminated quoted string");
  }

  static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '"' || c == '`') {
        int end = endOfString(text, at);
        tokens.add(text.substring(at, end));
        at = end;
      } else if (c == '(' || c == ')' || c == '|' || c == ',' || c == '=') {
        tokens.add(String.valueOf(c));
        at++;
      } else if (text.startsWith(":=", at)) {
        tokens.add(":=");
        at += 2;
      } else {
        int end = endOfWord(text, at);
        boolean attached = c == '.' && at > 0 && text.charAt(at - 1) == ')';
        tokens.add((attached ? ATTACHED : "") + text.substring(at, end));
        at = end;
      }
    }
    return tokens;
  }

  private static int endOfWord(String text, int start) {
    int end = start;
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    if (end == start) {
      throw new TemplateException("unexpected \"" + text.charAt(start) + "\"");
    }
    return end;
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '$' || c == '-' || c == '+';
  }

  static boolean isLiteral(String token) {
    char first = token.charAt(0);
    return first == '"'
        || first == '`'
        || Character.isDigit(first)
        || (token.length() > 1 && (first == '-' || first == '+'))
        || token.equals("true")
        || token.equals("false")
        || token.equals("nil");
  }

  static @Nullable Object literal(String token) {
    char first = token.charAt(0);
    if (first == '`') {
      return token.substring(1, token.length() - 1);
    }
    if (first == '"') {
      return token.substring(1, token.length() - 1).translateEscapes();
    }
    if (token.equals("nil")) {
      return null;
    }
    if (token.equals("true") || token.equals("false")) {
      return Boolean.valueOf(token);
    }
    try {
      return Long.decode(token);
    } catch (NumberFormatException e) {
      throw new TemplateException("bad number syntax: \"" + token + "\"");
    }
  }
}
