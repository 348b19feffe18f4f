package io.lighter.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of the probes: everything that the page says.
 *
 * @param fingerprint where and when
 * @param containers how many, each probed every second
 * @param seconds for how long
 * @param subjects in the order of the page
 */
public record ProbesData(
    Fingerprint fingerprint, int containers, int seconds, List<Subject> subjects) {

  public ProbesData {
    subjects = List.copyOf(subjects);
  }

  /**
   * What was found of one subject.
   *
   * @param name the key in tables and plots
   * @param description what exactly probes, and which version
   * @param times from due to answered
   * @param cpu processor time of the subject and all its children, the probes among them, in parts
   *     of one core
   * @param machineCpu busy time of the whole machine, in parts of one core
   */
  public record Subject(
      String name, String description, Percentiles times, double cpu, double machineCpu) {}

  @Nullable Subject subject(String name) {
    for (Subject subject : subjects) {
      if (subject.name().equals(name)) {
        return subject;
      }
    }
    return null;
  }
}
