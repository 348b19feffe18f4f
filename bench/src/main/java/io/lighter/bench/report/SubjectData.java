package io.lighter.bench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was found of one subject.
 *
 * @param name the key in tables and plots
 * @param description what exactly is timed, and which version
 * @param differences where the container that it makes differs from the reference's; empty when it
 *     is the same
 * @param series by load
 */
public record SubjectData(
    String name, String description, List<String> differences, Map<String, Series> series) {

  public SubjectData {
    differences = List.copyOf(differences);
    series = Collections.unmodifiableMap(new LinkedHashMap<>(series));
  }

  public @Nullable Series under(String load) {
    return series.get(load);
  }
}
