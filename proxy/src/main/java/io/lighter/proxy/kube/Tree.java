package io.lighter.proxy.kube;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mapping within an object. The way to it is put together only when something is wrong, since
 * most objects are right.
 */
final class Tree {
  private static final Map<?, ?> NOTHING = Map.of();

  private final Map<?, ?> values;
  private final @Nullable Tree parent;
  private final String field;
  private final int index;

  private Tree(Map<?, ?> values, @Nullable Tree parent, String field, int index) {
    this.values = values;
    this.parent = parent;
    this.field = field;
    this.index = index;
  }

  /**
   * Returns a whole object.
   *
   * @param title what messages begin with: {@code Service default/web}
   */
  static Tree of(String title, Map<?, ?> values) {
    return new Tree(values, null, title, -1);
  }

  /** Returns a field that is a mapping; one without fields when it is not there. */
  Tree object(String name) throws MalformedObjectException {
    Object value = values.get(name);
    if (value == null) {
      return new Tree(NOTHING, this, name, -1);
    }
    if (value instanceof Map<?, ?> map) {
      return new Tree(map, this, name, -1);
    }
    throw error(name, "is " + shown(value) + ": fields are expected");
  }

  /** Returns the mappings of a field that is a list of them; none when it is not there. */
  List<Tree> objects(String name) throws MalformedObjectException {
    List<?> list = list(name);
    List<Tree> trees = new ArrayList<>(list.size());
    for (Object value : list) {
      if (!(value instanceof Map<?, ?> map)) {
        throw error(
            name + "[" + trees.size() + "]", "is " + shown(value) + ": fields are expected");
      }
      trees.add(new Tree(map, this, name, trees.size()));
    }
    return trees;
  }

  private List<?> list(String name) throws MalformedObjectException {
    Object value = values.get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw error(name, "is " + shown(value) + ": a list is expected");
  }

  boolean has(String name) {
    return values.get(name) != null;
  }

  String text(String name, String otherwise) throws MalformedObjectException {
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof String text) {
      return text;
    }
    throw error(name, "is " + shown(value) + ": text is expected, so quote it");
  }

  /** Returns each text of a list, read by a reader that throws IllegalArgumentException. */
  <T> List<T> texts(String name, Function<String, T> reader) throws MalformedObjectException {
    List<?> list = list(name);
    List<T> read = new ArrayList<>(list.size());
    for (Object value : list) {
      if (!(value instanceof String text)) {
        throw error(name + "[" + read.size() + "]", "is " + shown(value) + ": text is expected");
      }
      try {
        read.add(reader.apply(text));
      } catch (IllegalArgumentException e) {
        throw new MalformedObjectException(
            at(name + "[" + read.size() + "]") + ": " + e.getMessage(), e);
      }
    }
    return read;
  }

  /** Reads a text by a reader that throws IllegalArgumentException. */
  <T> T parse(String name, String text, Function<String, T> reader)
      throws MalformedObjectException {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedObjectException(at(name) + ": " + e.getMessage(), e);
    }
  }

  /** Returns which of some words a field is, or the first of them when it is not there. */
  String word(String name, List<String> words) throws MalformedObjectException {
    String text = text(name, words.getFirst());
    if (!words.contains(text)) {
      throw error(name, "is '" + text + "': it is one of " + String.join(", ", words));
    }
    return text;
  }

  boolean flag(String name, boolean otherwise) throws MalformedObjectException {
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw error(name, "is " + shown(value) + ": true or false is expected");
  }

  int integer(String name, int least, int most, int otherwise) throws MalformedObjectException {
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Integer || value instanceof Long) {
      long number = ((Number) value).longValue();
      if (number >= least && number <= most) {
        return (int) number;
      }
    }
    throw error(
        name, "is %s: a number from %d to %d is expected".formatted(shown(value), least, most));
  }

  /** Returns a time, which readers of YAML may have made of its text; the end of time for none. */
  Instant instant(String name) throws MalformedObjectException {
    Object value = values.get(name);
    try {
      return switch (value) {
        case null -> Instant.MAX;
        case Date date -> date.toInstant();
        case String text -> Instant.parse(text);
        default -> throw error(name, "is " + shown(value) + ": a time is expected");
      };
    } catch (DateTimeException e) {
      throw new MalformedObjectException(
          at(name) + " is " + shown(value) + ": a time is expected", e);
    }
  }

  /** Returns one of the texts under free names, as those of labels. */
  Optional<String> entry(String name) throws MalformedObjectException {
    return has(name) ? Optional.of(text(name, "")) : Optional.empty();
  }

  MalformedObjectException error(String name, String problem) {
    return new MalformedObjectException(at(name) + " " + problem);
  }

  private String at(String name) {
    return path() + (parent == null ? ": " : ".") + name;
  }

  private String path() {
    return parent == null ? field : parent.at(field) + (index < 0 ? "" : "[" + index + "]");
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> "'" + (text.length() > 100 ? text.substring(0, 100) + "..." : text) + "'";
      case Map<?, ?> map -> "a mapping";
      case List<?> list -> "a list";
      default -> String.valueOf(value);
    };
  }
}
