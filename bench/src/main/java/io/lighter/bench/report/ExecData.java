package io.lighter.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of the exec harness: everything that the page says.
 *
 * @param fingerprint where and when
 * @param rounds how many turns every subject had under every load
 * @param subjects in the order of the page; the floor first
 */
public record ExecData(Fingerprint fingerprint, int rounds, List<SubjectData> subjects) {

  public ExecData {
    subjects = List.copyOf(subjects);
  }

  /** What a subject did under a load, or null when it took no part. */
  @Nullable Series series(String subject, String load) {
    for (SubjectData one : subjects) {
      if (one.name().equals(subject)) {
        return one.under(load);
      }
    }
    return null;
  }
}
