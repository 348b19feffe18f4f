package io.lighter.bench.proxy;

import io.lighter.bench.machine.Command;
import io.lighter.bench.machine.Machine;
import io.lighter.bench.machine.PrivateMounts;
import io.lighter.bench.proxy.ProxyRounds.Outcome;
import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.Project;
import io.lighter.bench.report.ProxyData;
import io.lighter.bench.report.ProxyReport;
import io.lighter.cli.Main;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code lighter bench proxy}. */
public final class ProxyCommand {
  public static final String USAGE = ProxyOptions.USAGE;

  private static final double SECONDS = 1;
  private static final String CGROUP = "lighter-bench-proxy-";

  /** Of two balancers, which would be in each other's way in one. */
  private static final String PLAIN = "plain";

  private static final String TURBO = "turbo";

  /** What a balancer should bear, if the limit of descriptors lets it. */
  private static final int IDLE = 100_000;

  /** Descriptors and connections for all but the idle ones. */
  private static final int OTHERS = 1_000;

  /** Half of the descriptors for listeners, epoll, files. */
  private static final int SPARE = 200;

  private ProxyCommand() {}

  /**
   * Measures and reports, or only reports again.
   *
   * @return 0, or 125 when the options are wrong
   */
  public static int run(Project project, String... args) throws IOException, InterruptedException {
    ProxyOptions options;
    try {
      options = ProxyOptions.parse(List.of(args));
    } catch (IllegalArgumentException e) {
      System.err.println("lighter bench proxy: " + e.getMessage());
      return 125;
    }
    if (options.page()) {
      Path file = project.reportFolder("proxy").resolve("data.json");
      ProxyReport.write(DataFile.read(file, ProxyData.class), project.root());
      return 0;
    }
    Path folder = PrivateMounts.folder();
    if (folder == null) {
      List<String> again = new ArrayList<>(List.of("proxy"));
      again.addAll(List.of(args));
      return PrivateMounts.run(again);
    }
    measure(project, folder, options);
    return 0;
  }

  private static void measure(Project project, Path folder, ProxyOptions options)
      throws IOException, InterruptedException {
    Map<String, String> versions = versions(options);
    Fingerprint fingerprint = Machine.fingerprint(project.root(), versions);
    Path cgroup = cgroup();
    List<Outcome> outcomes = new ArrayList<>();
    try {
      int idle = idleConnections(descriptors());
      if (idle < IDLE) {
        System.err.printf(
            "idle connections: %d in place of %d, for the hard limit of open files (ulimit -Hn)"
                + " is %d%n",
            idle, IDLE, descriptors());
      }
      ProxyRounds rounds =
          new ProxyRounds(
              new Programs(java("-Xmx512m")), folder, cgroup, options.parts(), SECONDS, idle);
      List<ProxySubject> subjects = subjects(versions, cgroup, idle + OTHERS);
      for (String name : List.of(ProxyData.LOOPBACK, ProxyData.NAMESPACES)) {
        if (options.sites().contains(name)) {
          outcomes.add(rounds.run(name, subjects, options.rounds()));
        }
      }
    } finally {
      delete(cgroup);
    }
    ProxyData data =
        new ProxyData(
            fingerprint,
            options.rounds(),
            ProxyRounds.SITTING,
            SECONDS,
            outcomes.stream().map(Outcome::data).toList());
    if (!options.isWhole()) {
      System.out.print(ProxyReport.page(data));
      return;
    }
    Path reports = project.reportFolder("proxy");
    ProxyRounds.writeHistograms(outcomes, reports.resolve("sweep.hlog"));
    DataFile.write(data, reports.resolve("data.json"));
    ProxyReport.write(data, project.root());
  }

  /** Makes the cgroups of both kinds of clients, and removes those of runs that were killed. */
  private static Path cgroup() throws IOException {
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(PrivateMounts.CGROUP_MOUNT, CGROUP + "[0-9]*")) {
      for (Path other : others) {
        long pid = Long.parseLong(other.getFileName().toString().substring(CGROUP.length()));
        if (ProcessHandle.of(pid).isEmpty()) {
          delete(other);
        }
      }
    }
    Path cgroup =
        Files.createDirectory(
            PrivateMounts.CGROUP_MOUNT.resolve(CGROUP + ProcessHandle.current().pid()));
    Files.createDirectory(cgroup.resolve(PLAIN));
    Files.createDirectory(cgroup.resolve(TURBO));
    return cgroup;
  }

  private static void delete(Path cgroup) throws IOException {
    Files.deleteIfExists(cgroup.resolve(PLAIN));
    Files.deleteIfExists(cgroup.resolve(TURBO));
    Files.delete(cgroup);
  }

  private static List<ProxySubject> subjects(
      Map<String, String> versions, Path cgroup, int connections) {
    List<String> lighter = java("-Xmx1g", "-Xmn16m");
    lighter.add(Main.class.getName());
    return List.of(
        new Direct(),
        new Lighter(lighter, cgroup.resolve(PLAIN), false),
        new Lighter(lighter, cgroup.resolve(TURBO), true),
        new Nftables(versions.getOrDefault("nft", "")),
        new Lighter(lighter, null, false),
        new Haproxy(versions.getOrDefault("haproxy", ""), connections),
        new Nginx(versions.getOrDefault("nginx", ""), connections));
  }

  /** Says which Debian package is missing before anything has begun. */
  private static Map<String, String> versions(ProxyOptions options)
      throws IOException, InterruptedException {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("haproxy", version("haproxy -v", "haproxy").replaceAll(" - .*", ""));
    versions.put(
        "nginx", version("nginx -v", "nginx, and libnginx-mod-stream for its stream module"));
    if (options.sites().contains(ProxyData.NAMESPACES)) {
      versions.put("nft", version("nft --version", "nftables"));
      version("ip -V", "iproute2");
    }
    return versions;
  }

  private static String version(String command, String packageName)
      throws IOException, InterruptedException {
    try {
      return Command.lines(List.of("sh", "-c", command + " 2>&1")).getFirst();
    } catch (IOException e) {
      throw new IOException(
          "`" + command + "` does not run: install Debian's package " + packageName, e);
    }
  }

  /** The hard limit; getrlimit(2). */
  private static long descriptors() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.split(" +", -1)[4])
          .mapToLong(hard -> hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard))
          .findFirst()
          .orElseThrow();
    }
  }

  /**
   * A balancer has two descriptors a connection.
   *
   * @param descriptors that a process may have
   * @throws IOException when that is not enough for anything
   */
  static int idleConnections(long descriptors) throws IOException {
    long idle = Math.min(IDLE, descriptors / 2 - OTHERS - SPARE);
    if (idle < OTHERS) {
      throw new IOException(
          "a process may open %d files only: raise the hard limit (ulimit -Hn) to %d or more"
              .formatted(descriptors, 2 * (2 * OTHERS + SPARE)));
    }
    return (int) idle;
  }

  /** A JVM as this one, for a long run: with the second compiler. */
  private static List<String> java(String... heap) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(List.of(heap));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return command;
  }
}
