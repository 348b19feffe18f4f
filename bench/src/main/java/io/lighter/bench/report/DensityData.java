package io.lighter.bench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run of the density measurement: everything that the page says.
 *
 * @param fingerprint where and when
 * @param containers how many idle at once
 * @param before what this process held when as many had been started and deleted
 * @param after what it held with all of them running
 * @param memoryBefore used memory of the whole machine then, bytes
 * @param memoryAfter used memory of the whole machine with all of them running
 * @param subjects who was asked
 */
public record DensityData(
    Fingerprint fingerprint,
    int containers,
    Footprint before,
    Footprint after,
    long memoryBefore,
    long memoryAfter,
    List<Subject> subjects) {

  /** The operations that are timed. */
  public static final String STATE = "state";

  public static final String LIST = "list";
  public static final String DELETE = "delete";

  public DensityData {
    subjects = List.copyOf(subjects);
  }

  /**
   * How long one subject's operations took among all containers.
   *
   * @param name the key in tables and plots
   * @param description what exactly is timed, and which version
   * @param operations by name
   */
  public record Subject(String name, String description, Map<String, Percentiles> operations) {
    public Subject {
      operations = Collections.unmodifiableMap(new LinkedHashMap<>(operations));
    }
  }

  /** How long an operation took, or null when it was not timed. */
  public @Nullable Percentiles operation(String subject, String operation) {
    for (Subject one : subjects) {
      if (one.name().equals(subject)) {
        return one.operations().get(operation);
      }
    }
    return null;
  }

  /** Resident memory that a container adds to this process, bytes. */
  long rssEach() {
    return (after.rss() - before.rss()) / containers;
  }
}
