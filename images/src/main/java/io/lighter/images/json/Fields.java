package io.lighter.images.json;

import io.lighter.images.ImageException;
import io.lighter.runtime.json.JsonException;
import io.lighter.runtime.json.JsonReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object. An absent field and {@code null} are the same, as for the Go
 * programs that write these documents. Every error names the document and the way to the field.
 */
public final class Fields {
  private final String place;
  private final Map<?, ?> values;

  private Fields(String place, Map<?, ?> values) {
    this.place = place;
    this.values = values;
  }

  /**
   * Reads an object.
   *
   * @param what the document is, for errors
   * @throws ImageException when it is no JSON, or no object
   */
  public static Fields read(String what, byte[] utf8) {
    Object value;
    try {
      value = JsonReader.read(utf8);
    } catch (JsonException e) {
      throw new ImageException(what + " is no JSON: " + e.getMessage(), e);
    }
    return of(what, value);
  }

  private static Fields of(String place, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return new Fields(place, map);
    }
    throw wrong(place, "an object", value);
  }

  /** Whether there is such a field, other than {@code null}. */
  public boolean has(String name) {
    return values.get(name) != null;
  }

  /** The names of all fields. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    values.keySet().forEach(key -> names.add(String.valueOf(key)));
    return names;
  }

  /** A string, or null. */
  public @Nullable String string(String name) {
    Object value = values.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong(place(name), "a string", value);
  }

  /** A string, or "" when there is none. */
  public String text(String name) {
    String value = string(name);
    return value == null ? "" : value;
  }

  /** A string that must be there and not empty. */
  public String requiredString(String name) {
    String value = string(name);
    if (value == null || value.isEmpty()) {
      throw new ImageException(place(name) + " is missing");
    }
    return value;
  }

  /** A whole number, or what {@code absent} says. */
  public long number(String name, long absent) {
    Object value = values.get(name);
    if (value == null) {
      return absent;
    }
    if (value instanceof Long number) {
      return number;
    }
    throw wrong(place(name), "a whole number", value);
  }

  /** A whole number that must be there. */
  public long requiredNumber(String name) {
    if (!has(name)) {
      throw new ImageException(place(name) + " is missing");
    }
    return number(name, 0);
  }

  /** A truth value, false when there is none. */
  public boolean isTrue(String name) {
    Object value = values.get(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw wrong(place(name), "true or false", value);
  }

  /** An object, or null. */
  public @Nullable Fields object(String name) {
    Object value = values.get(name);
    return value == null ? null : of(place(name), value);
  }

  /** An object that must be there. */
  public Fields requiredObject(String name) {
    Fields value = object(name);
    if (value == null) {
      throw new ImageException(place(name) + " is missing");
    }
    return value;
  }

  /** The objects of an array, empty when there is none, each made into something. */
  public <T> List<T> objects(String name, Function<Fields, T> reader) {
    List<?> array = array(name);
    List<T> all = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      all.add(reader.apply(of(place(name) + "[" + i + "]", array.get(i))));
    }
    return all;
  }

  /** The strings of an array, empty when there is none. */
  public List<String> strings(String name) {
    List<?> array = array(name);
    List<String> all = new ArrayList<>(array.size());
    for (Object value : array) {
      if (!(value instanceof String text)) {
        throw wrong(place(name), "strings only", value);
      }
      all.add(text);
    }
    return all;
  }

  /** The whole numbers of an array, empty when there is none. */
  public List<Long> numbers(String name) {
    List<?> array = array(name);
    List<Long> all = new ArrayList<>(array.size());
    for (Object value : array) {
      if (!(value instanceof Long number)) {
        throw wrong(place(name), "whole numbers only", value);
      }
      all.add(number);
    }
    return all;
  }

  /** A string, or the text of a number or a truth value; "" when there is none. */
  public String scalar(String name) {
    Object value = values.get(name);
    if (value instanceof Map<?, ?> || value instanceof List<?>) {
      throw wrong(place(name), "a string", value);
    }
    return value == null ? "" : String.valueOf(value);
  }

  /** The strings of an object, empty when there is none. */
  public Map<String, String> stringMap(String name) {
    Fields object = object(name);
    Map<String, String> all = new LinkedHashMap<>();
    if (object != null) {
      object.names().forEach(key -> all.put(key, object.text(key)));
    }
    return all;
  }

  /** The names of the fields of an object, empty when there is none: how Go writes sets. */
  public Set<String> set(String name) {
    Fields object = object(name);
    return object == null ? Set.of() : object.names();
  }

  /** Returns an error about a field of this object. */
  public ImageException error(String name, String why) {
    return new ImageException(place(name) + " " + why);
  }

  private List<?> array(String name) {
    Object value = values.get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw wrong(place(name), "an array", value);
  }

  private String place(String name) {
    return place + ": " + name;
  }

  private static ImageException wrong(String place, String expected, @Nullable Object value) {
    String found = String.valueOf(value);
    String shown = found.length() > 60 ? found.substring(0, 60) + "..." : found;
    return new ImageException("%s must be %s, and is %s".formatted(place, expected, shown));
  }
}
