package io.lighter.cli.template;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What values are to Go's templates. */
final class GoValues {
  private GoValues() {}

  static @Nullable Object field(@Nullable Object value, String name) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException(
          "can't evaluate field " + name + " in what is no object: " + text(value));
    }
    if (!map.containsKey(name)) {
      throw new TemplateException("map has no entry for key \"" + name + "\"");
    }
    return map.get(name);
  }

  static boolean isTrue(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean truth -> truth;
      case String text -> !text.isEmpty();
      case Number number -> number.longValue() != 0;
      case Collection<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  /** As Go's {@code %v} prints it. */
  static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "<no value>";
      case List<?> list -> {
        StringJoiner all = new StringJoiner(" ", "[", "]");
        list.forEach(element -> all.add(text(element)));
        yield all.toString();
      }
      case Map<?, ?> map -> {
        StringJoiner all = new StringJoiner(" ", "map[", "]");
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((key, element) -> sorted.put(String.valueOf(key), element));
        sorted.forEach((key, element) -> all.add(key + ":" + text(element)));
        yield all.toString();
      }
      default -> String.valueOf(value);
    };
  }
}
