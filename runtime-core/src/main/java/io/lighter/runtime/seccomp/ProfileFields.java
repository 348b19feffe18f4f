package io.lighter.runtime.seccomp;

import com.fasterxml.jackson.databind.JsonNode;
import io.lighter.runtime.spec.Term;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object of a profile, and where it stands. A field that is null is absent. A
 * field that nobody would read is refused: a misspelt condition would otherwise leave a rule
 * without any.
 */
final class ProfileFields {
  private static final BigInteger UNSIGNED_END = BigInteger.TWO.pow(Long.SIZE);

  private final JsonNode object;
  private final String place;

  ProfileFields(JsonNode object, String place, Set<String> known) {
    this.object = object;
    this.place = place;
    if (!object.isObject()) {
      throw new ProfileException(place, "expected an object, found " + object);
    }
    for (var field : object.properties()) {
      if (!known.contains(field.getKey())) {
        throw error(
            field.getKey(),
            "is not a field of a profile; the fields here are "
                + known.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
  }

  ProfileException error(String field, String reason) {
    return new ProfileException(at(field), reason);
  }

  private String at(String field) {
    return place.isEmpty() ? field : place + "." + field;
  }

  private @Nullable JsonNode get(String field) {
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? null : value;
  }

  boolean has(String field) {
    return get(field) != null;
  }

  private <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw error(field, "is missing");
    }
    return value;
  }

  /** Returns null if the field is absent or empty, as Go's writers leave it. */
  @Nullable String text(String field) {
    JsonNode value = get(field);
    String text = value == null ? "" : text(value, at(field));
    return text.isEmpty() ? null : text;
  }

  private static String text(JsonNode value, String place) {
    if (!value.isTextual()) {
      throw new ProfileException(place, "expected a string, found " + value);
    }
    return value.textValue();
  }

  List<String> texts(String field) {
    return list(field, ProfileFields::text);
  }

  <E extends Enum<E> & Term> E term(String field, Class<E> vocabulary) {
    return term(required(field, text(field)), at(field), vocabulary);
  }

  <E extends Enum<E> & Term> List<E> terms(String field, Class<E> vocabulary) {
    return list(field, (value, at) -> term(text(value, at), at, vocabulary));
  }

  private static <E extends Enum<E> & Term> E term(String text, String place, Class<E> vocabulary) {
    for (E term : vocabulary.getEnumConstants()) {
      if (term.term().equals(text)) {
        return term;
      }
    }
    throw new ProfileException(
        place,
        "expected one of "
            + Arrays.stream(vocabulary.getEnumConstants())
                .map(Term::term)
                .collect(Collectors.joining(", "))
            + ", found \""
            + text
            + "\"");
  }

  /** Returns a number from 0 to {@code maximum}. */
  @Nullable Integer number(String field, int maximum) {
    JsonNode value = get(field);
    if (value == null) {
      return null;
    }
    BigInteger number = integer(field, value);
    if (number.compareTo(BigInteger.valueOf(maximum)) > 0) {
      throw error(field, "expected 0 to " + maximum + ", found " + value);
    }
    return number.intValue();
  }

  int requiredNumber(String field, int maximum) {
    return required(field, number(field, maximum));
  }

  /** Returns the bits of an unsigned 64-bit number, 0 if it is absent. */
  long unsigned(String field) {
    JsonNode value = get(field);
    return value == null ? 0 : integer(field, value).longValue();
  }

  private BigInteger integer(String field, JsonNode value) {
    if (!value.isIntegralNumber()) {
      throw error(field, "expected a whole number, found " + value);
    }
    BigInteger number = value.bigIntegerValue();
    if (number.signum() < 0 || number.compareTo(UNSIGNED_END) >= 0) {
      throw error(field, "expected 0 to 2^64 - 1, found " + value);
    }
    return number;
  }

  <T> @Nullable T object(String field, Set<String> known, Function<ProfileFields, T> reader) {
    JsonNode value = get(field);
    return value == null ? null : reader.apply(new ProfileFields(value, at(field), known));
  }

  <T> List<T> objects(String field, Set<String> known, Function<ProfileFields, T> reader) {
    return list(field, (value, at) -> reader.apply(new ProfileFields(value, at, known)));
  }

  private <T> List<T> list(String field, BiFunction<JsonNode, String, T> reader) {
    JsonNode array = get(field);
    if (array == null) {
      return List.of();
    }
    if (!array.isArray()) {
      throw error(field, "expected a list, found " + array);
    }
    List<T> result = new ArrayList<>(array.size());
    for (JsonNode value : array) {
      result.add(reader.apply(value, at(field) + "[" + result.size() + "]"));
    }
    return result;
  }
}
