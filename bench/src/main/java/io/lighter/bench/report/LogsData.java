package io.lighter.bench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A run of the logs: everything that the page says.
 *
 * @param fingerprint where and when
 * @param rounds how many turns every subject had under every load, without the first one
 * @param loads in the order of the page
 * @param subjects in the order of the page
 * @param memory of ours, while nobody writes
 * @param reading from our store; null when it was not measured
 */
public record LogsData(
    Fingerprint fingerprint,
    int rounds,
    List<Load> loads,
    List<Subject> subjects,
    List<Memory> memory,
    @Nullable Reading reading) {

  /** The load at a rate that everybody can bear. */
  public static final String COMMON = "100 000 lines/s";

  /** The load at half of what the slowest of ours can bear. */
  public static final String HALF = "half load";

  public LogsData {
    loads = List.copyOf(loads);
    subjects = List.copyOf(subjects);
    memory = List.copyOf(memory);
  }

  /**
   * What a container wrote in a turn.
   *
   * @param name the key
   * @param lines how many
   * @param lineBytes of each
   * @param writeBytes how much a write(2) had
   * @param rate lines a second; 0 for as fast as possible
   */
  public record Load(String name, int lines, int lineBytes, int writeBytes, int rate) {}

  /**
   * One turn.
   *
   * @param cpuMicros processor time of those who log
   * @param wallNanos from the first write until the log grew no more
   * @param residentBytes of those who log, right afterwards
   * @param logBytes on disk
   * @param lines that are in the log, each in its place
   */
  public record Turn(
      long cpuMicros, long wallNanos, long residentBytes, long logBytes, long lines) {}

  /**
   * All turns of one subject under one load.
   *
   * @param turns in their order
   * @param stalls how long a write took, in all turns
   */
  public record Kept(List<Turn> turns, Percentiles stalls) {
    public Kept {
      turns = List.copyOf(turns);
    }
  }

  /**
   * One that logs.
   *
   * @param name the key in tables and plots
   * @param description what exactly it is, and which version
   * @param kept by the names of loads
   */
  public record Subject(String name, String description, Map<String, Kept> kept) {
    public Subject {
      kept = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
    }
  }

  /**
   * Resident memory while nobody writes.
   *
   * @param subject whose
   * @param oneBytes with one idle container
   * @param more how many further ones
   * @param moreBytes with those too
   */
  public record Memory(String subject, long oneBytes, int more, long moreBytes) {}

  /**
   * Reading from our store.
   *
   * @param storeBytes how large it was
   * @param since from the query to the first line, at any time of the log
   * @param tail the same of the last hundred lines
   */
  public record Reading(
      long storeBytes, Percentiles since, Percentiles tail, Followers followers) {}

  /**
   * Many that follow one log.
   *
   * @param count how many
   * @param lines that were written
   * @param rate of them, a second
   * @param cpuMicros processor time of pipeline, store and all followers
   * @param seen lines, by all together
   * @param wrong of them not the one that was due
   */
  public record Followers(int count, int lines, int rate, long cpuMicros, long seen, long wrong) {}

  /** The median over turns. */
  public static long median(List<Turn> turns, ToLongFunction<Turn> figure) {
    long[] sorted = turns.stream().mapToLong(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** The same with what reading costs. */
  public LogsData with(Reading measured) {
    return new LogsData(fingerprint, rounds, loads, subjects, memory, measured);
  }

  /** What a subject did under a load, or null when it took no part. */
  @Nullable Kept kept(String subject, String load) {
    for (Subject one : subjects) {
      if (one.name().equals(subject)) {
        return one.kept().get(load);
      }
    }
    return null;
  }
}
