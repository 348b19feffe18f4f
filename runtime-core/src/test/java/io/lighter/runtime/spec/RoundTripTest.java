package io.lighter.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoundTripTest {

  @Test
  void shouldWriteTheSameJsonThatWasRead() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    String written = SpecWriter.toJson(SpecReader.parse(Specs.complete()));
    assertThat(json.readTree(written)).isEqualTo(json.readTree(Specs.complete()));
  }

  @Test
  void shouldReadTheSameSpecThatWasWritten() {
    Spec spec = SpecReader.parse(Specs.complete());
    assertThat(SpecReader.parse(SpecWriter.toJson(spec))).isEqualTo(spec);
  }

  @Test
  void shouldCopyEveryFieldWhenNothingIsChanged() {
    Spec spec = SpecReader.parse(Specs.complete());
    Spec copy =
        spec.with(
            s -> {
              s.process = Present.of(spec.process()).with(p -> {});
              LinuxConfig linux = spec.linuxOrEmpty();
              Resources resources = Present.of(linux.resources());
              s.linux =
                  linux.with(
                      l ->
                          l.resources =
                              resources.with(
                                  r -> {
                                    r.memory = Present.of(resources.memory()).with(m -> {});
                                    r.cpu = Present.of(resources.cpu()).with(c -> {});
                                  }));
            });
    assertThat(copy).isEqualTo(spec);
  }

  /** Without this, a field that the file forgets would make the other tests say nothing of it. */
  @Test
  void shouldHaveEveryFieldInTheCompleteFile() throws ReflectiveOperationException {
    Map<Class<?>, Set<String>> missing = new HashMap<>();
    visit(SpecReader.parse(Specs.complete()), missing);
    // The specification defines no personality flags.
    Present.of(missing.get(Personality.class)).remove("flags");
    missing.values().removeIf(Set::isEmpty);
    assertThat(missing).isEmpty();
  }

  private static void visit(@Nullable Object value, Map<Class<?>, Set<String>> missing)
      throws ReflectiveOperationException {
    if (value instanceof Map<?, ?> map) {
      visit(map.values(), missing);
    } else if (value instanceof Collection<?> values) {
      for (Object element : values) {
        visit(element, missing);
      }
    } else if (value instanceof Record) {
      Set<String> names =
          missing.computeIfAbsent(
              value.getClass(),
              type ->
                  new HashSet<>(
                      Stream.of(type.getRecordComponents())
                          .map(RecordComponent::getName)
                          .toList()));
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        Object field = component.getAccessor().invoke(value);
        if (isSet(field)) {
          names.remove(component.getName());
        }
        visit(field, missing);
      }
    }
  }

  private static boolean isSet(@Nullable Object field) {
    return switch (field) {
      case null -> false;
      case Boolean flag -> true;
      case Number number -> true;
      case Collection<?> values -> !values.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }
}
