package io.lighter.bench.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A run of the load balancers: everything that the page says.
 *
 * @param fingerprint where and when
 * @param rounds how many
 * @param seconds how long each measurement took
 * @param rate messages a second of {@link Cell#LATENCY}
 * @param subjects in the order of the page
 */
public record ProxyData(
    Fingerprint fingerprint, int rounds, double seconds, double rate, List<Subject> subjects) {

  public ProxyData {
    subjects = List.copyOf(subjects);
  }

  /** What is measured. */
  public enum Cell {
    TURNS_1("turns", 1, "64-byte round trips, 1 connection"),
    TURNS_16("turns", 16, "64-byte round trips, 16 connections"),
    TURNS_256("turns", 256, "64-byte round trips, 256 connections"),
    CONNECTS("connects", 16, "connections of one round trip, 16 at a time"),
    BULK_1("bulk", 1, "bulk, 1 connection"),
    BULK_16("bulk", 16, "bulk, 16 connections"),
    LATENCY("rate", 16, "64-byte round trips at a fixed rate, 16 connections");

    private final String mode;
    private final int connections;
    private final String words;

    Cell(String mode, int connections, String words) {
      this.mode = mode;
      this.connections = connections;
      this.words = words;
    }

    /** Returns the word for the client. */
    public String mode() {
      return mode;
    }

    /** Returns how many connections it has. */
    public int connections() {
      return connections;
    }

    String words() {
      return words;
    }

    /** Returns whether it is bytes that count. */
    public boolean isBulk() {
      return mode.equals("bulk");
    }
  }

  /**
   * One measurement.
   *
   * @param count round trips or connections in a second
   * @param bytes in a second
   * @param p50 of a round trip in nanoseconds; at a fixed rate from when it was due
   * @param p99 the same
   * @param max the same
   * @param cpu of the balancer's process, in seconds a second
   */
  public record Sample(double count, double bytes, long p50, long p99, long max, double cpu) {}

  /**
   * What was found of one subject.
   *
   * @param name the key in tables
   * @param description what exactly ran, and which version
   * @param samples a sample for each round
   */
  public record Subject(String name, String description, Map<Cell, List<Sample>> samples) {
    public Subject {
      samples = Map.copyOf(samples);
    }

    /** The middle of a figure over the rounds; null when there is none. */
    @Nullable Double middle(Cell cell, ToDoubleFunction<Sample> figure) {
      List<Sample> all = samples.get(cell);
      if (all == null || all.isEmpty()) {
        return null;
      }
      List<Double> sorted =
          all.stream().mapToDouble(figure).boxed().sorted(Comparator.naturalOrder()).toList();
      return sorted.get(sorted.size() / 2);
    }
  }

  @Nullable Subject subject(String name) {
    return subjects.stream().filter(found -> found.name().equals(name)).findFirst().orElse(null);
  }
}
