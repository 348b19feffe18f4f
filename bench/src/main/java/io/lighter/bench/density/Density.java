package io.lighter.bench.density;

import io.lighter.bench.machine.ProcessFootprint;
import io.lighter.bench.machine.Spawned;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.DensityData;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.Footprint;
import io.lighter.bench.report.Percentiles;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.bench.start.Peer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** Fills a machine with idle containers and asks for them. */
final class Density {
  private static final int LISTS = 50;

  /** How often a command is run; the JVM behind one of ours takes a while each time. */
  private static final int COMMANDS = 50;

  private final Workspace workspace;
  private final Path launcher;
  private final int containers;
  private final PrintStream progress;
  private final ContainerUnderTest container = ContainerUnderTest.ofThisHost();

  /**
   * Prepares.
   *
   * @param launcher our command
   * @param containers how many
   * @param progress gets a line a part
   */
  Density(Workspace workspace, Path launcher, int containers, PrintStream progress) {
    this.workspace = workspace;
    this.launcher = launcher;
    this.containers = containers;
    this.progress = progress;
  }

  /** What is timed. */
  @FunctionalInterface
  private interface Operation {
    void run(int number) throws IOException;
  }

  private static Percentiles time(int times, Operation operation) throws IOException {
    Histogram histogram = Percentiles.histogram();
    for (int i = 0; i < times; i++) {
      long begin = System.nanoTime();
      operation.run(i);
      histogram.recordValue(System.nanoTime() - begin);
    }
    return Percentiles.of(histogram);
  }

  DensityData measure(Fingerprint fingerprint, List<String> peers)
      throws IOException, InterruptedException {
    List<DensityData.Subject> subjects = new ArrayList<>();
    Footprint before;
    Footprint after;
    long memoryBefore;
    long memoryAfter;
    try (Fleet fleet = new Fleet(workspace, container)) {
      progress.println("warm-up");
      fill(fleet);
      empty(fleet);
      memoryBefore = usedMemory();
      before = ProcessFootprint.now();
      progress.println(containers + " containers of lighter");
      fill(fleet);
      memoryAfter = usedMemory();
      after = ProcessFootprint.now();
      subjects.add(commandLine(fleet));
      subjects.addFirst(inProcess(fleet));
    }
    for (String name : peers) {
      progress.println(containers + " containers of " + name);
      subjects.add(peer(Objects.requireNonNull(Peer.named(name))));
    }
    return new DensityData(
        fingerprint, containers, before, after, memoryBefore, memoryAfter, subjects);
  }

  private void fill(Fleet fleet) throws IOException {
    for (int i = 0; i < containers; i++) {
      fleet.add();
    }
  }

  private void empty(Fleet fleet) {
    for (int i = 0; i < containers; i++) {
      fleet.remove();
    }
  }

  private static long usedMemory() throws IOException {
    return (meminfo("MemTotal:") - meminfo("MemAvailable:")) * 1024;
  }

  private static long meminfo(String field) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .mapToLong(Long::parseLong)
          .sum();
    }
  }

  private DensityData.Subject inProcess(Fleet fleet) throws IOException {
    Operation state = number -> fleet.store().get(Fleet.id(number)).state();
    Operation list = number -> fleet.store().list();
    time(containers, state);
    time(5, list);
    Map<String, Percentiles> found = new LinkedHashMap<>();
    found.put(DensityData.STATE, time(containers, state));
    found.put(DensityData.LIST, time(LISTS, list));
    found.put(DensityData.DELETE, time(containers, number -> fleet.remove()));
    return new DensityData.Subject(
        "lighter", "our runtime in this JVM; delete kills, waits and removes all", found);
  }

  private DensityData.Subject commandLine(Fleet fleet) throws IOException {
    Map<String, Percentiles> found = new LinkedHashMap<>();
    String root = fleet.state().toString();
    String command = launcher.toString();
    try (Spawned list = new Spawned(List.of(command, "oci", "--root", root, "list"));
        Spawned state = new Spawned(List.of(command, "oci", "--root", root, "state", "c0"))) {
      state.run(); // the first use of a launcher may build
      found.put(DensityData.STATE, time(COMMANDS, number -> state.run()));
      found.put(DensityData.LIST, time(COMMANDS, number -> list.run()));
    }
    return new DensityData.Subject(
        "lighter oci", "our command line, a JVM each, over the same containers", found);
  }

  private DensityData.Subject peer(Peer peer) throws IOException, InterruptedException {
    Map<String, Percentiles> found = new LinkedHashMap<>();
    try (PeerFleet fleet = new PeerFleet(workspace, peer, container)) {
      for (int i = 0; i < containers; i++) {
        fleet.add();
      }
      try (Spawned list = new Spawned(fleet.command("list"));
          Spawned state = new Spawned(fleet.command("state", Fleet.id(0)))) {
        found.put(DensityData.STATE, time(COMMANDS, number -> state.run()));
        found.put(DensityData.LIST, time(LISTS, number -> list.run()));
      }
      found.put(DensityData.DELETE, time(containers, number -> fleet.remove()));
    }
    return new DensityData.Subject(
        peer.title(), peer.version() + ": its commands by vfork and exec", found);
  }
}
