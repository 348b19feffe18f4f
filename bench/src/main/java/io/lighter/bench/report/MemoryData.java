package io.lighter.bench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run of the memory measurement: everything that the page says. All figures are bytes.
 *
 * @param fingerprint where and when
 * @param kernel the test kernel
 * @param subjects in the order of the page
 */
public record MemoryData(Fingerprint fingerprint, String kernel, List<Subject> subjects) {

  public MemoryData {
    subjects = List.copyOf(subjects);
  }

  /**
   * What was found of one subject.
   *
   * @param name the key in tables and plots
   * @param description what exactly is started, and which version
   * @param peakStatic {@code memory.peak} after a start of a static {@code true}
   * @param peakDynamic the same of one that is linked to the C library
   * @param idle {@code memory.current} of a container that sleeps
   * @param limitStatic the smallest {@code memory.max} with which the static one ran
   * @param limitDynamic the same for the other
   * @param kinds {@code memory.stat} of the container that sleeps
   */
  public record Subject(
      String name,
      String description,
      long peakStatic,
      long peakDynamic,
      long idle,
      long limitStatic,
      long limitDynamic,
      Map<String, Long> kinds) {

    public Subject {
      kinds = Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
    }
  }

  @Nullable Subject subject(String name) {
    for (Subject subject : subjects) {
      if (subject.name().equals(name)) {
        return subject;
      }
    }
    return null;
  }
}
