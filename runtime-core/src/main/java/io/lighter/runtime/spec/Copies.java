package io.lighter.runtime.spec;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Unmodifiable copies that keep the order of the file, which {@code Map.copyOf} would not. */
final class Copies {
  private Copies() {}

  static <K, V> Map<K, V> map(Map<K, V> from) {
    if (from.isEmpty()) {
      return Map.of();
    }
    Map<K, V> copy = new LinkedHashMap<>();
    from.forEach((key, value) -> copy.put(nonNull(key), nonNull(value)));
    return Collections.unmodifiableMap(copy);
  }

  static Set<Capability> capabilities(Collection<Capability> from) {
    return from.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(from));
  }

  private static <T> T nonNull(T value) {
    return Objects.requireNonNull(value);
  }
}
