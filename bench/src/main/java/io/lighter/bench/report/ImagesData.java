package io.lighter.bench.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run of images: everything that the page says.
 *
 * @param fingerprint where and when
 * @param rounds how many
 * @param subjects in the order of the page
 */
public record ImagesData(Fingerprint fingerprint, int rounds, List<Subject> subjects) {

  public ImagesData {
    subjects = List.copyOf(subjects);
  }

  /** What is measured. */
  public enum Operation {
    PULL("pull"),
    SAVE("save"),
    PUSH("push"),
    LOAD("load"),
    BUILD("build from nothing"),
    REBUILD("build again"),
    ASKED("build again, asked of a running engine"),
    DIFF("diff of 100,000 files"),
    COMMIT("commit of 100,000 files");

    private final String words;

    Operation(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /**
   * One command, or question to a running engine.
   *
   * @param nanos from its start to its end
   * @param cpuMicros the whole machine was busy meanwhile, the registry included
   * @param heapBytes the largest heap of its JVM; 0 when it is not known
   */
  public record Sample(long nanos, long cpuMicros, long heapBytes) {}

  /**
   * What was found of one subject.
   *
   * @param name the key in tables
   * @param description what exactly ran, and which version
   * @param samples a sample for each round
   */
  public record Subject(String name, String description, Map<Operation, List<Sample>> samples) {
    public Subject {
      samples = Map.copyOf(samples);
    }

    /** The middle one by time; null when the subject cannot do this. */
    @Nullable Sample middle(Operation operation) {
      List<Sample> all = samples.get(operation);
      if (all == null || all.isEmpty()) {
        return null;
      }
      return all.stream()
          .sorted(Comparator.comparingLong(Sample::nanos))
          .toList()
          .get(all.size() / 2);
    }

    /** The largest heap of all rounds in bytes; 0 when it is not known. */
    long heapBytes(Operation operation) {
      return samples.getOrDefault(operation, List.of()).stream()
          .mapToLong(Sample::heapBytes)
          .max()
          .orElse(0);
    }
  }

  @Nullable Subject subject(String name) {
    return subjects.stream().filter(found -> found.name().equals(name)).findFirst().orElse(null);
  }
}
