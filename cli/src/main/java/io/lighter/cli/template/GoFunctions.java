package io.lighter.cli.template;

import io.lighter.runtime.json.JsonWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The functions of templates: those of Go, and those that Docker's tools add. */
final class GoFunctions {
  private GoFunctions() {}

  static @Nullable Object call(String name, List<@Nullable Object> arguments) {
    return switch (name) {
      case "json" -> JsonWriter.compact(one(name, arguments));
      case "len" -> length(one(name, arguments));
      case "not" -> !GoValues.isTrue(one(name, arguments));
      case "lower" -> string(name, arguments, 0, 1).toLowerCase(Locale.ROOT);
      case "upper" -> string(name, arguments, 0, 1).toUpperCase(Locale.ROOT);
      case "title" -> title(string(name, arguments, 0, 1));
      case "join" -> join(name, arguments);
      case "split" -> split(name, arguments);
      case "pad" -> pad(name, arguments);
      case "truncate" -> truncate(name, arguments);
      case "index" -> index(arguments);
      case "print" -> print(arguments, "");
      case "println" -> print(arguments, " ") + "\n";
      case "printf" -> printf(arguments);
      case "and", "or" -> logical(name, arguments);
      case "eq", "ne", "lt", "le", "gt", "ge" -> compare(name, arguments);
      default -> throw new TemplateException("function \"" + name + "\" not defined");
    };
  }

  private static @Nullable Object one(String name, List<@Nullable Object> arguments) {
    return argument(name, arguments, 0, 1);
  }

  private static @Nullable Object argument(
      String name, List<@Nullable Object> arguments, int index, int count) {
    if (arguments.size() != count) {
      throw new TemplateException(
          "wrong number of args for %s: want %d got %d".formatted(name, count, arguments.size()));
    }
    return arguments.get(index);
  }

  private static String string(
      String name, List<@Nullable Object> arguments, int index, int count) {
    return GoValues.text(argument(name, arguments, index, count));
  }

  private static long number(String name, List<@Nullable Object> arguments, int index, int count) {
    if (argument(name, arguments, index, count) instanceof Number number) {
      return number.longValue();
    }
    throw new TemplateException("wrong type for an argument of " + name + ": a number is wanted");
  }

  private static long length(@Nullable Object value) {
    return switch (value) {
      case String text -> text.length();
      case Collection<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case null -> 0;
      default -> throw new TemplateException("len of " + GoValues.text(value));
    };
  }

  private static String title(String text) {
    StringBuilder title = new StringBuilder(text);
    boolean start = true;
    for (int i = 0; i < title.length(); i++) {
      if (start) {
        title.setCharAt(i, Character.toTitleCase(title.charAt(i)));
      }
      start = !Character.isLetterOrDigit(title.charAt(i));
    }
    return title.toString();
  }

  private static String join(String name, List<@Nullable Object> arguments) {
    Object list = argument(name, arguments, 0, 2);
    if (list == null) {
      return "";
    }
    if (list instanceof Collection<?> values) {
      String separator = string(name, arguments, 1, 2);
      return String.join(separator, values.stream().map(GoValues::text).toList());
    }
    throw new TemplateException("join wants a list, and got " + GoValues.text(list));
  }

  private static List<String> split(String name, List<@Nullable Object> arguments) {
    String separator = string(name, arguments, 1, 2);
    return List.of(string(name, arguments, 0, 2).split(Pattern.quote(separator), -1));
  }

  private static String pad(String name, List<@Nullable Object> arguments) {
    String text = string(name, arguments, 0, 3);
    if (text.isEmpty()) {
      return text;
    }
    int before = (int) number(name, arguments, 1, 3);
    return " ".repeat(before) + text + " ".repeat((int) number(name, arguments, 2, 3));
  }

  private static String truncate(String name, List<@Nullable Object> arguments) {
    String text = string(name, arguments, 0, 2);
    return text.substring(0, (int) Math.min(text.length(), number(name, arguments, 1, 2)));
  }

  private static @Nullable Object index(List<@Nullable Object> arguments) {
    Object value = arguments.isEmpty() ? null : arguments.getFirst();
    for (Object key : arguments.subList(Math.min(1, arguments.size()), arguments.size())) {
      value =
          switch (value) {
            case Map<?, ?> map -> map.get(String.valueOf(key));
            case List<?> list -> element(list, key);
            case null -> throw new TemplateException("index of untyped nil");
            default -> throw new TemplateException("can't index " + GoValues.text(value));
          };
    }
    return value;
  }

  private static @Nullable Object element(List<?> list, @Nullable Object key) {
    if (key instanceof Long number && number >= 0 && number < list.size()) {
      return list.get(number.intValue());
    }
    throw new TemplateException("index out of range: " + GoValues.text(key));
  }

  private static String print(List<@Nullable Object> arguments, String separator) {
    return String.join(separator, arguments.stream().map(GoValues::text).toList());
  }

  private static String printf(List<@Nullable Object> arguments) {
    if (arguments.isEmpty()) {
      throw new TemplateException("wrong number of args for printf: want at least 1 got 0");
    }
    String format = GoValues.text(arguments.getFirst()).replaceAll("%([-+0-9.]*)v", "%$1s");
    List<@Nullable Object> values = new ArrayList<>();
    for (Object value : arguments.subList(1, arguments.size())) {
      values.add(
          value instanceof Number || value instanceof Boolean ? value : GoValues.text(value));
    }
    try {
      return String.format(
          Locale.ROOT, format.replaceAll("%([-0-9]*)q", "\"%$1s\""), values.toArray());
    } catch (IllegalFormatException e) {
      throw new TemplateException("printf: " + format + ": " + e.getMessage());
    }
  }

  private static @Nullable Object logical(String name, List<@Nullable Object> arguments) {
    if (arguments.isEmpty()) {
      throw new TemplateException("wrong number of args for " + name);
    }
    boolean and = name.equals("and");
    for (Object value : arguments) {
      if (GoValues.isTrue(value) != and) {
        return value;
      }
    }
    return arguments.getLast();
  }

  private static boolean compare(String name, List<@Nullable Object> arguments) {
    Object left = argumentsAtLeastTwo(name, arguments).getFirst();
    List<@Nullable Object> others = arguments.subList(1, arguments.size());
    return switch (name) {
      case "eq" -> others.stream().anyMatch(other -> Objects.equals(left, other));
      case "ne" -> !Objects.equals(left, others.getFirst());
      case "lt" -> order(left, others.getFirst()) < 0;
      case "le" -> order(left, others.getFirst()) <= 0;
      case "gt" -> order(left, others.getFirst()) > 0;
      default -> order(left, others.getFirst()) >= 0;
    };
  }

  private static List<@Nullable Object> argumentsAtLeastTwo(
      String name, List<@Nullable Object> arguments) {
    if (arguments.size() < 2) {
      throw new TemplateException("missing argument for comparison " + name);
    }
    return arguments;
  }

  private static int order(@Nullable Object left, @Nullable Object right) {
    if (left instanceof Number first && right instanceof Number second) {
      return Long.compare(first.longValue(), second.longValue());
    }
    if (left instanceof String first && right instanceof String second) {
      return first.compareTo(second);
    }
    throw new TemplateException("incompatible types for comparison");
  }
}
