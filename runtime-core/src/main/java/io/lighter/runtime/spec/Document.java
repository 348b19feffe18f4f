package io.lighter.runtime.spec;

import java.math.BigInteger;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is being written: the mirror of {@link Fields}. What is absent, empty or false
 * is left out, unless the method's name says that the field is required.
 */
final class Document {
  private final Map<String, @Nullable Object> object = new LinkedHashMap<>();

  Map<String, @Nullable Object> json() {
    return object;
  }

  Document string(String name, @Nullable String value) {
    if (value != null) {
      object.put(name, value);
    }
    return this;
  }

  Document strings(String name, List<String> values) {
    if (!values.isEmpty()) {
      object.put(name, values);
    }
    return this;
  }

  Document stringMap(String name, Map<String, String> values) {
    if (!values.isEmpty()) {
      object.put(name, values);
    }
    return this;
  }

  Document flag(String name, boolean value) {
    return value ? requiredFlag(name, true) : this;
  }

  Document flag(String name, @Nullable Boolean value) {
    return value == null ? this : requiredFlag(name, value);
  }

  Document requiredFlag(String name, boolean value) {
    object.put(name, value);
    return this;
  }

  Document number(String name, @Nullable Number value) {
    if (value != null) {
      object.put(name, value.longValue());
    }
    return this;
  }

  Document numbers(String name, List<Long> values) {
    if (!values.isEmpty()) {
      object.put(name, values);
    }
    return this;
  }

  Document nonZero(String name, long value) {
    return value == 0 ? this : number(name, value);
  }

  /** The bits of {@code value} as an unsigned number. */
  Document unsigned(String name, @Nullable Long value) {
    if (value != null) {
      object.put(name, new BigInteger(Long.toUnsignedString(value)));
    }
    return this;
  }

  Document nonZeroUnsigned(String name, long value) {
    return value == 0 ? this : unsigned(name, value);
  }

  Document term(String name, @Nullable Term term) {
    return string(name, term == null ? null : term.term());
  }

  Document terms(String name, Collection<? extends Term> terms) {
    return strings(name, terms.stream().map(Term::term).toList());
  }

  <T> Document object(String name, @Nullable T value, BiConsumer<Document, T> writer) {
    if (value != null) {
      object.put(name, of(value, writer));
    }
    return this;
  }

  <T> Document objects(String name, List<T> values, BiConsumer<Document, T> writer) {
    if (!values.isEmpty()) {
      object.put(name, values.stream().map(value -> of(value, writer)).toList());
    }
    return this;
  }

  <T> Document objectMap(String name, Map<String, T> values, BiConsumer<Document, T> writer) {
    if (!values.isEmpty()) {
      Map<String, Object> map = new LinkedHashMap<>();
      values.forEach((key, value) -> map.put(key, of(value, writer)));
      object.put(name, map);
    }
    return this;
  }

  <T> Document termMap(String name, Map<? extends Term, T> values, BiConsumer<Document, T> writer) {
    if (!values.isEmpty()) {
      Map<String, Object> map = new LinkedHashMap<>();
      values.forEach((key, value) -> map.put(key.term(), of(value, writer)));
      object.put(name, map);
    }
    return this;
  }

  static <T> Map<String, @Nullable Object> of(T value, BiConsumer<Document, T> writer) {
    Document document = new Document();
    writer.accept(document, value);
    return document.json();
  }
}
