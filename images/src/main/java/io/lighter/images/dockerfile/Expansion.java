package io.lighter.images.dockerfile;

import org.jspecify.annotations.Nullable;

/** One pass over one text. */
final class Expansion {
  /** A text that nests deeper is no Dockerfile, and would exhaust the stack. */
  private static final int DEEPEST = 100;

  private static final int END = -1;

  private final String text;
  private final WordExpander rules;
  private int at;
  private int depth;

  Expansion(String text, WordExpander rules) {
    this.text = text;
    this.rules = rules;
  }

  ExpandedText run() {
    return until(END, rules.keepsEscapes());
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  private int next() {
    return at < text.length() ? text.charAt(at++) : END;
  }

  private ExpandedText until(int stop, boolean keepEscapes) {
    if (++depth > DEEPEST) {
      throw new SyntaxException("substitutions nest deeper than " + DEEPEST);
    }
    ExpandedText out = new ExpandedText();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == stop) {
        depth--;
        return out;
      }
      if (c == '$') {
        out.addSplit(dollar());
      } else if (c == '\'' && rules.quotes() != WordExpander.Quotes.ORDINARY) {
        out.add(singleQuoted());
      } else if (c == '"' && rules.quotes() != WordExpander.Quotes.ORDINARY) {
        out.add(doubleQuoted(keepEscapes));
      } else if (c == rules.escape()) {
        escaped(out, keepEscapes);
      } else {
        out.addSplit(String.valueOf(c));
      }
    }
    if (stop != END) {
      throw new SyntaxException("missing " + (char) stop + " in " + text);
    }
    depth--;
    return out;
  }

  private void escaped(ExpandedText out, boolean keepEscapes) {
    if (keepEscapes) {
      out.add(rules.escape());
    }
    int c = next();
    if (c != END) {
      out.add((char) c);
    }
  }

  private String singleQuoted() {
    int end = text.indexOf('\'', at);
    if (end < 0) {
      throw new SyntaxException("missing ' in " + text);
    }
    String inner = text.substring(at, end);
    at = end + 1;
    return rules.quotes() == WordExpander.Quotes.KEPT ? "'" + inner + "'" : inner;
  }

  private String doubleQuoted(boolean keepEscapes) {
    boolean kept = rules.quotes() == WordExpander.Quotes.KEPT;
    StringBuilder out = new StringBuilder(kept ? "\"" : "");
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return out.append(kept ? "\"" : "").toString();
      }
      if (c == '$') {
        out.append(dollar());
      } else if (c == rules.escape()) {
        escapedInQuotes(out, keepEscapes);
      } else {
        out.append(c);
      }
    }
    throw new SyntaxException("missing \" in " + text);
  }

  /** Within quotes an escape character that escapes nothing is itself. */
  private void escapedInQuotes(StringBuilder out, boolean keepEscapes) {
    int c = peek();
    boolean escapes = c == '"' || c == '$' || c == rules.escape();
    if (c == END || (escapes && !keepEscapes)) {
      next();
    } else {
      out.append(rules.escape());
      if (!escapes) {
        return;
      }
      next();
    }
    if (c != END) {
      out.append((char) c);
    }
  }

  private String dollar() {
    if (peek() != '{') {
      String name = name();
      if (name.isEmpty()) {
        return "$";
      }
      return valueOf(name, "$" + name);
    }
    int start = at - 1;
    at++;
    String name = name();
    if (name.isEmpty()) {
      throw new SyntaxException("no name in the substitution " + text.substring(start));
    }
    int operator = next();
    return switch (operator) {
      case '}' -> valueOf(name, "${" + name + "}");
      case ':' -> conditional(name, next(), true, start);
      case '-', '+', '?' -> conditional(name, operator, false, start);
      case '#', '%' -> trimmed(name, (char) operator, start);
      case '/' -> replaced(name, start);
      case END -> throw new SyntaxException("missing } in " + text);
      default -> throw unknownOperator(String.valueOf((char) operator));
    };
  }

  private String valueOf(String name, String asWritten) {
    String value = rules.value(name);
    if (value != null) {
      return value;
    }
    if (rules.keepsUnset()) {
      return asWritten;
    }
    rules.noteMissing(name);
    return "";
  }

  private String conditional(String name, int operator, boolean emptyIsUnset, int start) {
    if (operator == END) {
      throw new SyntaxException("missing } in " + text);
    }
    if ("-+?".indexOf(operator) < 0) {
      throw unknownOperator(":" + (char) operator);
    }
    String word = until('}', rules.keepsEscapes()).whole();
    String value = rules.value(name);
    if (value == null && rules.keepsUnset()) {
      return text.substring(start, at);
    }
    boolean set = value != null && !(emptyIsUnset && value.isEmpty());
    return switch (operator) {
      case '-' -> set && value != null ? value : word;
      case '+' -> set ? word : "";
      default -> required(name, set ? value : null, word, value != null);
    };
  }

  private static String required(
      String name, @Nullable String value, String message, boolean isEmpty) {
    if (value != null) {
      return value;
    }
    String why = isEmpty ? "must not be empty" : "must be set";
    throw new SyntaxException(name + ": " + (message.isEmpty() ? why : message));
  }

  private String trimmed(String name, char operator, int start) {
    boolean longest = peek() == operator;
    if (longest) {
      at++;
    }
    ShellPattern pattern = ShellPattern.of(until('}', true).whole());
    String value = rules.value(name);
    if (value == null && rules.keepsUnset()) {
      return text.substring(start, at);
    }
    String from = valueOf(name, "");
    return operator == '#'
        ? pattern.withoutPrefix(from, longest)
        : pattern.withoutSuffix(from, longest);
  }

  private String replaced(String name, int start) {
    boolean all = peek() == '/';
    if (all) {
      at++;
    }
    ShellPattern pattern = ShellPattern.of(until('/', true).whole());
    String replacement = until('}', true).whole();
    String value = rules.value(name);
    if (value == null && rules.keepsUnset()) {
      return text.substring(start, at);
    }
    return pattern.replace(valueOf(name, ""), replacement, all);
  }

  private static SyntaxException unknownOperator(String operator) {
    return new SyntaxException(
        "no substitution has the operator "
            + operator
            + "; there are :- - :+ + :? ? # ## % %% / and //");
  }

  /** A name, a number, or one of the special parameters of a shell, which are never set. */
  private String name() {
    int c = peek();
    int from = at;
    if (c >= '0' && c <= '9') {
      while (peek() >= '0' && peek() <= '9') {
        at++;
      }
    } else if (c != END && "@*#?-$!".indexOf(c) >= 0) {
      at++;
    } else {
      while (peek() != END && (Character.isLetterOrDigit(peek()) || peek() == '_')) {
        at++;
      }
    }
    return text.substring(from, at);
  }
}
