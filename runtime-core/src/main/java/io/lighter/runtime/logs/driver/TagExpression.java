package io.lighter.runtime.logs.driver;

import io.lighter.linux.Linux;
import io.lighter.runtime.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One expression of a {@link LogTag}, read and worked out in one go. A value is a string, a whole
 * number, or a map of strings.
 */
final class TagExpression {
  /** What Go prints where a map has no such key. */
  private static final String NO_VALUE = "<no value>";

  private static final String NIL = "nil";

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\G\\s*(?:(\\.[A-Za-z_]\\w*|[A-Za-z_]\\w*|-?\\d+|[|()])|\"((?:[^\"\\\\]|\\\\.)*)\"|`([^`]*)`)");

  private final String expression;
  private final ContainerInfo container;
  private final LogOptions options;
  private final List<String> tokens = new ArrayList<>();
  private int next;

  TagExpression(String expression, ContainerInfo container, LogOptions options) {
    this.expression = expression;
    this.container = container;
    this.options = options;
  }

  /** Returns what the expression comes to. */
  String text() {
    tokenize();
    Object value = pipeline();
    if (next < tokens.size()) {
      throw unknown(tokens.get(next));
    }
    if (value instanceof Map) {
      throw unknown("a map as a text");
    }
    return value.toString();
  }

  /** Strings keep their first quotation mark, so that they differ from names. */
  private void tokenize() {
    Matcher token = TOKEN.matcher(expression);
    int end = 0;
    while (token.find()) {
      end = token.end();
      if (token.group(1) != null) {
        tokens.add(token.group(1));
      } else if (token.group(2) != null) {
        tokens.add('"' + token.group(2).translateEscapes());
      } else {
        tokens.add('"' + token.group(3));
      }
    }
    if (tokens.isEmpty() || !expression.substring(end).isBlank()) {
      throw unknown(expression.substring(end).strip());
    }
  }

  private Object pipeline() {
    Object value = command(null);
    while (next < tokens.size() && tokens.get(next).equals("|")) {
      next++;
      value = command(value);
    }
    return value;
  }

  /**
   * A function with its arguments, of which the last may come from the pipeline; or one operand.
   */
  private Object command(@Nullable Object piped) {
    String first = peek();
    boolean function = Character.isLetter(first.charAt(0)) && !first.equals(NIL);
    if (!function) {
      if (piped != null) {
        throw unknown(first);
      }
      return operand();
    }
    next++;
    List<Object> arguments = new ArrayList<>();
    while (next < tokens.size() && !peek().equals("|") && !peek().equals(")")) {
      arguments.add(operand());
    }
    if (piped != null) {
      arguments.add(piped);
    }
    return call(first, arguments);
  }

  private String peek() {
    if (next == tokens.size()) {
      throw unknown("its end");
    }
    return tokens.get(next);
  }

  private Object operand() {
    String token = peek();
    next++;
    if (token.startsWith("\"")) {
      return token.substring(1);
    }
    if (token.equals("(")) {
      Object value = pipeline();
      if (!peek().equals(")")) {
        throw unknown(peek());
      }
      next++;
      return next < tokens.size() && peek().startsWith(".") ? key(value) : value;
    }
    if (token.startsWith(".")) {
      return field(token);
    }
    try {
      return Integer.valueOf(token);
    } catch (NumberFormatException e) {
      throw unknown(token);
    }
  }

  private Object key(Object map) {
    String key = peek().substring(1);
    next++;
    return map instanceof Map<?, ?> values && values.get(key) instanceof String value
        ? value
        : NO_VALUE;
  }

  private Object field(String name) {
    return switch (name) {
      case ".ID" -> container.shortId();
      case ".FullID", ".ContainerID" -> container.id();
      case ".Name" -> container.name();
      case ".ContainerName" -> "/" + container.name();
      case ".ImageID" -> container.shortImageId();
      case ".ImageFullID", ".ContainerImageID" -> container.imageId();
      case ".ImageName", ".ContainerImageName" -> container.imageName();
      case ".Command" -> container.commandLine();
      case ".Hostname" -> Linux.kernel().uname().nodename();
      case ".DaemonName" -> container.daemonName();
      case ".ContainerLabels" -> container.labels();
      case ".ExtraAttributes" -> {
        if (!peek().equals(NIL)) {
          throw unknown(peek());
        }
        next++;
        yield LogAttributes.of(container, options, UnaryOperator.identity());
      }
      default -> throw unknown(name);
    };
  }

  private Object call(String function, List<Object> arguments) {
    try {
      return switch (function) {
        case "lower" -> only(arguments).toLowerCase(Locale.ROOT);
        case "upper" -> only(arguments).toUpperCase(Locale.ROOT);
        case "title" -> title(only(arguments));
        case "json" -> JsonWriter.compact(arguments.getFirst());
        case "truncate" -> {
          String text = (String) arguments.get(0);
          yield text.substring(0, Math.min(text.length(), (Integer) arguments.get(1)));
        }
        case "pad" -> {
          String text = (String) arguments.get(0);
          yield text.isEmpty()
              ? text
              : " ".repeat((Integer) arguments.get(1))
                  + text
                  + " ".repeat((Integer) arguments.get(2));
        }
        case "index" ->
            ((Map<?, ?>) arguments.get(0)).get(arguments.get(1)) instanceof String value
                ? value
                : "";
        default -> throw unknown(function);
      };
    } catch (ClassCastException | IndexOutOfBoundsException | NoSuchElementException e) {
      throw new LogOptionException(
          "log opt 'tag': " + function + " has wrong arguments in {{" + expression + "}}", e);
    }
  }

  private static String only(List<Object> arguments) {
    return (String) arguments.getFirst();
  }

  private static String title(String text) {
    StringBuilder title = new StringBuilder(text.length());
    boolean begins = true;
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      title.append(begins ? Character.toTitleCase(letter) : letter);
      begins = Character.isWhitespace(letter);
    }
    return title.toString();
  }

  private LogOptionException unknown(String what) {
    return new LogOptionException(
        "log opt 'tag': '"
            + what
            + "' is not known in {{"
            + expression
            + "}}; see the fields and functions in docs/logs.md");
  }
}
