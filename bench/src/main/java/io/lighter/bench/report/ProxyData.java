package io.lighter.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A run of the load balancers: everything that the page says.
 *
 * @param fingerprint where and when
 * @param rounds how many
 * @param sitting how many rounds had the same processes; 0 for all
 * @param seconds how long each measurement took
 * @param sites where it was measured
 */
public record ProxyData(
    Fingerprint fingerprint, int rounds, int sitting, double seconds, List<Site> sites) {
  /** The site without devices. */
  public static final String LOOPBACK = "loopback";

  /** The site with them. */
  public static final String NAMESPACES = "namespaces";

  /** The most of the machine that others may have had for a sample to count. */
  public static final double QUIET = 0.05;

  public ProxyData {
    sites = List.copyOf(sites);
  }

  /** What is measured by itself. */
  public enum Cell {
    TURNS_1(Part.TURNS, 1, "64-byte round trips, 1 connection"),
    TURNS_16(Part.TURNS, 16, "64-byte round trips, 16 connections"),
    TURNS_256(Part.TURNS, 256, "64-byte round trips, 256 connections"),
    CONNECTS(Part.CONNECTS, 16, "connections of one round trip, 16 at a time"),
    BULK_1(Part.BULK, 1, "bulk, 1 connection"),
    BULK_16(Part.BULK, 16, "bulk, 16 connections"),
    LATENCY(Part.LATENCY, 16, "round trips at a fixed rate, 16 connections"),
    SLOW(Part.SLOW, 16, "the same beside 64 slow readers"),
    IDLE(Part.IDLE, 100, "64-byte round trips, 100 connections beside idle ones");

    private final Part part;
    private final int connections;
    private final String words;

    Cell(Part part, int connections, String words) {
      this.part = part;
      this.connections = connections;
      this.words = words;
    }

    /** Returns what it belongs to. */
    public Part part() {
      return part;
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
      return part == Part.BULK;
    }

    /** Returns whether the clock says when messages are sent. */
    public boolean isAtRate() {
      return part == Part.LATENCY || part == Part.SLOW;
    }
  }

  /** What a run may have or not. */
  public enum Part {
    TURNS,
    CONNECTS,
    BULK,
    LATENCY,
    SWEEP,
    SLOW,
    IDLE,
    CHANGES,
    KILL
  }

  /**
   * Where client, balancer and server were.
   *
   * @param rate messages a second of {@link Cell#LATENCY} and {@link Cell#SLOW}; 0 without these
   * @param idle how many connections were idle beside {@link Cell#IDLE}; 0 without it
   */
  public record Site(
      String name, String description, double rate, int idle, List<Subject> subjects) {
    public Site {
      subjects = List.copyOf(subjects);
    }

    @Nullable Subject subject(String name) {
      return subjects.stream().filter(found -> found.name().equals(name)).findFirst().orElse(null);
    }
  }

  /**
   * One measurement.
   *
   * @param count round trips or connections a second
   * @param bytes a second
   * @param p50 of a round trip in nanoseconds; at a fixed rate from when it was due
   * @param p99 the same
   * @param max the same
   * @param cpu of the balancer's process, in seconds a second
   * @param machine of the whole machine, the kernel's interrupts too
   * @param others the part of the machine that processes of others had, 0 to 1
   */
  public record Sample(
      double count,
      double bytes,
      long p50,
      long p99,
      long max,
      double cpu,
      double machine,
      double others) {
    /** Returns whether nobody was in the way. */
    public boolean wasQuiet() {
      return others <= QUIET;
    }
  }

  /**
   * Times at a part of what a subject can do at most.
   *
   * @param percent of its capacity, in closed loop with as many connections
   * @param rate messages a second, the mean of the rounds
   * @param times from when each was due
   */
  public record Level(int percent, double rate, Percentiles times) {}

  /**
   * A server of two was killed while clients connected.
   *
   * @param errors that clients saw
   * @param backMillis until there were as many connections a second as before, nine tenths at
   *     least; null for never
   */
  public record Kill(long errors, @Nullable Double backMillis) {}

  /**
   * A server of two went and came while clients connected.
   *
   * @param changes how often
   * @param seconds how long all of them took
   * @param errors that clients saw
   * @param p99 of a connection of one round trip meanwhile, nanoseconds
   */
  public record Changes(int changes, double seconds, long errors, long p99) {}

  /**
   * What was found of one subject.
   *
   * @param name the key in tables
   * @param description what exactly ran, and which version
   * @param samples a sample for each round
   * @param levels of latency, by load
   * @param idleBytes user memory of the balancer for each idle connection, for each round
   * @param kills one for each round
   * @param changes one for each round
   */
  public record Subject(
      String name,
      String description,
      Map<Cell, List<Sample>> samples,
      List<Level> levels,
      List<Double> idleBytes,
      List<Kill> kills,
      List<Changes> changes) {
    public Subject {
      samples = Map.copyOf(samples);
      levels = List.copyOf(levels);
      idleBytes = List.copyOf(idleBytes);
      kills = List.copyOf(kills);
      changes = List.copyOf(changes);
    }

    /**
     * Returns the samples that count: the quiet ones, and if there are none the quietest.
     *
     * @return empty when the cell was not measured
     */
    List<Sample> counted(Cell cell) {
      List<Sample> all = samples.getOrDefault(cell, List.of());
      List<Sample> quiet = all.stream().filter(Sample::wasQuiet).toList();
      return quiet.isEmpty()
          ? all.stream()
              .min((a, b) -> Double.compare(a.others(), b.others()))
              .map(List::of)
              .orElse(List.of())
          : quiet;
    }

    /** The middle of a figure over the rounds; null when there is none. */
    @Nullable Double middle(Cell cell, ToDoubleFunction<Sample> figure) {
      return middleOf(counted(cell).stream().mapToDouble(figure).boxed().toList());
    }

    /**
     * The middle of the ratios of the rounds in which both were quiet; without any, the ratio of
     * the middles; null when there is none.
     */
    @Nullable Double ratio(Subject to, Cell cell, ToDoubleFunction<Sample> figure) {
      List<Sample> own = samples.getOrDefault(cell, List.of());
      List<Sample> others = to.samples.getOrDefault(cell, List.of());
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < Math.min(own.size(), others.size()); round++) {
        Sample ours = own.get(round);
        Sample theirs = others.get(round);
        if (ours.wasQuiet() && theirs.wasQuiet()) {
          ratios.add(figure.applyAsDouble(ours) / figure.applyAsDouble(theirs));
        }
      }
      Double middle = middle(cell, figure);
      Double middleOfOthers = to.middle(cell, figure);
      return !ratios.isEmpty() || middle == null || middleOfOthers == null
          ? middleOf(ratios)
          : Double.valueOf(middle / middleOfOthers);
    }

    @Nullable Level level(int percent) {
      return levels.stream().filter(level -> level.percent() == percent).findFirst().orElse(null);
    }
  }

  /** The median; of an even number the mean of the two in the middle; null of none. */
  static @Nullable Double middleOf(List<Double> figures) {
    if (figures.isEmpty()) {
      return null;
    }
    List<Double> sorted = new ArrayList<>(figures);
    sorted.sort(null);
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : Double.valueOf((sorted.get(half - 1) + sorted.get(half)) / 2);
  }

  @Nullable Site site(String name) {
    return sites.stream().filter(found -> found.name().equals(name)).findFirst().orElse(null);
  }
}
