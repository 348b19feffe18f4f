package io.lighter.runtime.spec;

import io.lighter.runtime.json.Fraction;
import io.lighter.runtime.json.JsonWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object and the place where it stands, so that every error names its place.
 * A JSON null and, for optional strings, an empty string are the same as absent: the Go types,
 * which most writers use, cannot tell them apart.
 */
final class Fields {
  private static final int SHOWN_CHARACTERS = 60;
  private static final BigInteger MAX_UINT64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  private final Map<?, ?> object;
  private final String path;

  /**
   * Fields of a value.
   *
   * @param value as {@link io.lighter.runtime.json.JsonReader} gives it
   */
  Fields(@Nullable Object value, String path) {
    if (!(value instanceof Map<?, ?> map)) {
      throw unexpected(path, "an object", value);
    }
    this.object = map;
    this.path = path;
  }

  SpecException error(String name, String reason) {
    return new SpecException(at(name), reason);
  }

  String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private @Nullable Object field(String name) {
    return object.get(name);
  }

  private <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw error(name, "is required and missing");
    }
    return value;
  }

  String string(String name) {
    return required(name, stringOrNull(name));
  }

  @Nullable String stringOrNull(String name) {
    Object value = field(name);
    String text = value == null ? "" : text(value, at(name));
    return text.isEmpty() ? null : text;
  }

  List<String> strings(String name) {
    return list(name, Fields::text);
  }

  Map<String, String> stringMap(String name) {
    return map(name, Fields::text);
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(flagOrNull(name));
  }

  boolean requiredFlag(String name) {
    return required(name, flagOrNull(name));
  }

  @Nullable Boolean flagOrNull(String name) {
    Object value = field(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Boolean flag)) {
      throw unexpected(at(name), "true or false", value);
    }
    return flag;
  }

  long number(String name, long min, long max) {
    return required(name, numberOrNull(name, min, max));
  }

  @Nullable Long numberOrNull(String name, long min, long max) {
    Object value = field(name);
    return value == null ? null : number(value, at(name), min, max);
  }

  @Nullable Long numberOrNull(String name) {
    return numberOrNull(name, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Nullable Integer intOrNull(String name, int min, int max) {
    Long value = numberOrNull(name, min, max);
    return value == null ? null : value.intValue();
  }

  int intOrZero(String name, int min, int max) {
    Integer value = intOrNull(name, min, max);
    return value == null ? 0 : value;
  }

  /** A user or group id. */
  long id(String name) {
    return number(name, 0, Range.MAX_ID);
  }

  List<Long> ids(String name) {
    return list(name, (value, at) -> number(value, at, 0, Range.MAX_ID));
  }

  long unsigned(String name) {
    return required(name, unsignedOrNull(name));
  }

  /** The bits of an unsigned 64-bit number. */
  @Nullable Long unsignedOrNull(String name) {
    Object value = field(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Long number && number >= 0) {
      return number;
    }
    BigInteger number = integer(value, at(name));
    if (number.signum() < 0 || number.compareTo(MAX_UINT64) > 0) {
      throw unexpected(at(name), "0 to " + MAX_UINT64, value);
    }
    return number.longValue();
  }

  long unsignedOrZero(String name) {
    Long value = unsignedOrNull(name);
    return value == null ? 0 : value;
  }

  <E extends Enum<E> & Term> E term(String name, Class<E> vocabulary) {
    return required(name, termOrNull(name, vocabulary));
  }

  <E extends Enum<E> & Term> @Nullable E termOrNull(String name, Class<E> vocabulary) {
    String text = stringOrNull(name);
    return text == null ? null : term(text, at(name), vocabulary);
  }

  <E extends Enum<E> & Term> List<E> terms(String name, Class<E> vocabulary) {
    return list(name, (value, at) -> term(text(value, at), at, vocabulary));
  }

  <E extends Enum<E> & Term, T> Map<E, T> termMap(
      String name, Class<E> vocabulary, Function<Fields, T> reader) {
    Map<E, T> result = new LinkedHashMap<>();
    objectMap(name, reader)
        .forEach((key, value) -> result.put(term(key, at(name), vocabulary), value));
    return result;
  }

  <T> T requiredObject(String name, Function<Fields, T> reader) {
    return required(name, object(name, reader));
  }

  <T> @Nullable T object(String name, Function<Fields, T> reader) {
    Object value = field(name);
    return value == null ? null : read(value, at(name), reader);
  }

  <T> List<T> objects(String name, Function<Fields, T> reader) {
    return list(name, (value, at) -> read(value, at, reader));
  }

  <T> Map<String, T> objectMap(String name, Function<Fields, T> reader) {
    return map(name, (value, at) -> read(value, at, reader));
  }

  private <T> List<T> list(String name, BiFunction<@Nullable Object, String, T> reader) {
    Object found = field(name);
    if (found == null) {
      return List.of();
    }
    if (!(found instanceof List<?> array)) {
      throw unexpected(at(name), "an array", found);
    }
    List<T> result = new ArrayList<>(array.size());
    for (Object value : array) {
      result.add(reader.apply(value, at(name) + "[" + result.size() + "]"));
    }
    return result;
  }

  private <T> Map<String, T> map(String name, BiFunction<@Nullable Object, String, T> reader) {
    Object found = field(name);
    if (found == null) {
      return Map.of();
    }
    if (!(found instanceof Map<?, ?> map)) {
      throw unexpected(at(name), "an object", found);
    }
    Map<String, T> result = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      String place = at(name) + "[\"" + key + "\"]";
      refuseNul(key, place);
      result.put(key, reader.apply(entry.getValue(), place));
    }
    return result;
  }

  /** What a record's own check refuses gets its place here. */
  private static <T> T read(@Nullable Object value, String path, Function<Fields, T> reader) {
    try {
      return reader.apply(new Fields(value, path));
    } catch (IllegalArgumentException refused) {
      throw new SpecException(path, String.valueOf(refused.getMessage()));
    }
  }

  private static String text(@Nullable Object value, String path) {
    if (!(value instanceof String text)) {
      throw unexpected(path, "a string", value);
    }
    refuseNul(text, path);
    return text;
  }

  // The kernel would see the text end at the NUL, and so something else than was checked.
  private static void refuseNul(String text, String path) {
    if (text.indexOf('\0') >= 0) {
      throw new SpecException(path, "contains a NUL character; remove it");
    }
  }

  private static long number(@Nullable Object value, String path, long min, long max) {
    if (value instanceof Long number && number >= min && number <= max) {
      return number;
    }
    integer(value, path);
    throw unexpected(path, min + " to " + max, value);
  }

  private static BigInteger integer(@Nullable Object value, String path) {
    return switch (value) {
      case Long number -> BigInteger.valueOf(number);
      case BigInteger number -> number;
      case Fraction _ -> throw unexpected(path, "a whole number", value);
      case null, default -> throw unexpected(path, "a number", value);
    };
  }

  private static <E extends Enum<E> & Term> E term(String text, String path, Class<E> vocabulary) {
    E term = Terms.find(vocabulary, text);
    if (term == null) {
      throw new SpecException(
          path, "expected one of " + Terms.list(vocabulary) + ", found \"" + shown(text) + "\"");
    }
    return term;
  }

  private static SpecException unexpected(String path, String expected, @Nullable Object found) {
    return new SpecException(
        path, "expected " + expected + ", found " + shown(JsonWriter.compact(found)));
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
  }
}
