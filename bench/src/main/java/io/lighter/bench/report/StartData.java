package io.lighter.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of the start harness: everything that the page says.
 *
 * @param fingerprint where and when
 * @param rounds how many turns every subject had under every load
 * @param subjects in the order of the page; the floor first
 * @param steps what each call of the floor takes, in order, medians
 * @param ladder the floor again, with one part more on each rung
 */
public record StartData(
    Fingerprint fingerprint,
    int rounds,
    List<SubjectData> subjects,
    List<Step> steps,
    List<Rung> ladder) {

  /** The name of the subject that is the lower bound. */
  public static final String FLOOR = "floor";

  /** The name of the subject that is this project's runtime, in process. */
  public static final String OURS = "lighter";

  /** The same with a pool of network namespaces. */
  public static final String POOLED = "lighter-pooled";

  /** The load of a lone caller. */
  public static final String ONE = "one at a time";

  /** The load of 64 callers at the same instant. */
  public static final String MANY = "64 at once";

  /** The load whose payload says when it began. */
  public static final String FIRST_INSTRUCTION = "first instruction";

  /** What the floor's parent does has this before its name; the rest the child does. */
  static final String PARENT = "parent: ";

  /**
   * Calls of the same kind in the floor's program.
   *
   * @param calls how many a start
   * @param nanos all of them together
   */
  public record Step(String name, int calls, long nanos) {}

  /**
   * The floor with some parts.
   *
   * @param added the part that this rung has and the one before has not
   * @param median of a whole start, nanoseconds
   */
  public record Rung(String added, long median) {}

  public StartData {
    subjects = List.copyOf(subjects);
    steps = List.copyOf(steps);
    ladder = List.copyOf(ladder);
  }

  public @Nullable SubjectData subject(String name) {
    for (SubjectData subject : subjects) {
      if (subject.name().equals(name)) {
        return subject;
      }
    }
    return null;
  }
}
