package io.lighter.bench.report;

import io.lighter.bench.report.ImagesData.Operation;
import io.lighter.bench.report.ImagesData.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Writes everything that people read of a run of images. */
public final class ImagesReport {
  private static final String OURS = "lighter";
  private static final String DOCKER = "dockerd";
  private static final double TWICE = 2;
  private static final double FIVE_TIMES = 5;
  private static final long HEAP = 128;
  private static final Marked MARKED =
      new Marked(
          "<!-- bench images: written by `lighter bench images` -->", "<!-- bench images: end -->");
  private static final String QUESTION =
      """
      # What it costs to move and make images

      Written by `lighter bench images`; the figures are in [data.json](data.json).

      """;

  private static final String METHOD =
      """
      ## Method

      An image of 10 layers of 50 MB each, in files of 256 KiB of words, which gzip makes about a
      third of, is pulled from Debian's docker-registry on loopback into an empty store, saved to an
      archive, and pushed to an empty registry. One archive for all, whose layers are not compressed,
      is loaded into an empty store. Saving is not the same work for all: we and skopeo keep the
      compressed layers and write these, dockerd and Podman pack or unpack. Then a
      Dockerfile of two stages and 20 steps, half of them commands in a busybox, is built from
      nothing, its base image being there, and again with nothing changed. The same is asked of an
      engine that runs already, 20 times after 200 times: ours is asked in the JVM of the benchmark, by
      the library; dockerd by its API over its socket, with the context as an archive, which is made
      and sent meanwhile. At last 100,000 files of
      100 bytes are copied into a container, and its difference to its image is listed and committed;
      ours runs meanwhile, the others were only created. All else is one command as a
      user types it, timed from its start to its end, the start of our JVM included. The subjects take
      turns, round by round; a figure is the middle one of the rounds. All files are on one tmpfs.

      **CPU** is what the whole machine was busy meanwhile, with the registry and the daemon. **Peak
      heap** is the largest that the log of our JVM's collector has in any round; where nothing
      stands it never collected, and had less than the 39 MiB that it fills before it does.

      """;

  private ImagesReport() {}

  /** Writes the page to {@code perf-reports/images/}, and the table of the top README. */
  public static void write(ImagesData data, Path root) throws IOException {
    Report report = Report.of("images", root);
    report.page(page(data, report.notes()));
    Path readme = root.resolve("README.md");
    if (Files.exists(readme)) {
      String replaced = MARKED.replacedIn(Files.readString(readme), seconds(data));
      if (replaced != null) {
        Files.writeString(readme, replaced);
      }
    }
  }

  static String page(ImagesData data, String notes) {
    Map<String, String> descriptions = new LinkedHashMap<>();
    data.subjects().forEach(subject -> descriptions.put(subject.name(), subject.description()));
    return QUESTION
        + "## In short\n\nSeconds:\n\n"
        + seconds(data)
        + "\nCPU-seconds:\n\n"
        + table(data, sample -> sample.cpuMicros() / 1e6)
        + "\n"
        + heap(data)
        + Sections.aims(aims(data))
        + Sections.quiet(data.fingerprint())
        + METHOD
        + Sections.subjects(descriptions)
        + Sections.notes(notes)
        + Sections.machine(data.fingerprint(), Map.of("rounds", String.valueOf(data.rounds())));
  }

  static String seconds(ImagesData data) {
    return table(data, sample -> sample.nanos() / 1e9);
  }

  private static String table(ImagesData data, ToDoubleFunction<Sample> figure) {
    List<String> head = new ArrayList<>(List.of(""));
    data.subjects().forEach(subject -> head.add(subject.name()));
    List<List<String>> rows = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      List<String> row = new ArrayList<>(List.of(operation.words()));
      for (ImagesData.Subject subject : data.subjects()) {
        Sample sample = subject.middle(operation);
        row.add(sample == null ? "" : figure(figure.applyAsDouble(sample)));
      }
      rows.add(row);
    }
    return Text.table(head, rows);
  }

  /** What a running engine takes milliseconds for, stands beside minutes. */
  private static String figure(double value) {
    return String.format(Locale.ROOT, value > 0 && value < 0.1 ? "%.4f" : "%.2f", value);
  }

  private static String heap(ImagesData data) {
    ImagesData.Subject ours = data.subject(OURS);
    List<List<String>> rows = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      long peak = ours == null ? 0 : ours.heapBytes(operation);
      if (peak > 0) {
        rows.add(List.of(operation.words(), String.valueOf(peak >> 20)));
      }
    }
    String head = "Peak heap, MiB:\n\n";
    return rows.isEmpty() ? "" : head + Text.table(List.of("", OURS), rows) + "\n";
  }

  static List<Aim> aims(ImagesData data) {
    List<Aim> aims = new ArrayList<>();
    add(aims, data, Operation.PULL, TWICE);
    add(aims, data, Operation.LOAD, TWICE);
    add(aims, data, Operation.REBUILD, FIVE_TIMES);
    add(aims, data, Operation.ASKED, FIVE_TIMES);
    ImagesData.Subject ours = data.subject(OURS);
    if (ours != null) {
      long peak =
          Arrays.stream(Operation.values()).mapToLong(ours::heapBytes).max().orElse(0) >> 20;
      if (peak > 0) {
        aims.add(new Aim("peak heap at most " + HEAP + " MiB", peak + " MiB", peak <= HEAP));
      }
    }
    return aims;
  }

  private static void add(List<Aim> aims, ImagesData data, Operation operation, double times) {
    ImagesData.Subject ours = data.subject(OURS);
    ImagesData.Subject docker = data.subject(DOCKER);
    Sample own = ours == null ? null : ours.middle(operation);
    Sample other = docker == null ? null : docker.middle(operation);
    if (own != null && other != null) {
      double found = (double) other.nanos() / own.nanos();
      aims.add(
          new Aim(
              "%s at least %.0f times as fast as dockerd".formatted(operation.words(), times),
              Aim.figure(found) + " times",
              found >= times));
    }
  }
}
