package io.lighter.runtime.spec;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks words of the specification up. */
final class Terms {
  private Terms() {}

  static <E extends Enum<E> & Term> @Nullable E find(Class<E> vocabulary, String text) {
    for (E term : vocabulary.getEnumConstants()) {
      if (term.term().equals(text)) {
        return term;
      }
    }
    return null;
  }

  static <E extends Enum<E> & Term> String list(Class<E> vocabulary) {
    return Arrays.stream(vocabulary.getEnumConstants())
        .map(Term::term)
        .collect(Collectors.joining(", "));
  }
}
