package io.lighter.bench.proxy;

import io.lighter.bench.machine.Command;
import io.lighter.bench.machine.Machine;
import io.lighter.bench.machine.PrivateMounts;
import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.Project;
import io.lighter.bench.report.ProxyData;
import io.lighter.bench.report.ProxyReport;
import io.lighter.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code lighter bench proxy}. */
public final class ProxyCommand {
  private static final int ROUNDS = 5;
  private static final double SECONDS = 2;

  public static final String USAGE =
      """
        proxy [--page | ROUNDS]
                round trips, connections, bulk and latency at a fixed rate through the balancer's two
                tiers, HAProxy and nginx, 5 rounds; writes perf-reports/proxy/
      """;

  private ProxyCommand() {}

  /**
   * Measures and reports, or only reports again.
   *
   * @return 0, or 125 when the options are wrong
   */
  public static int run(Project project, String... args) throws IOException, InterruptedException {
    List<String> words = List.of(args);
    Path file = project.reportFolder("proxy").resolve("data.json");
    if (words.equals(List.of("--page"))) {
      ProxyReport.write(DataFile.read(file, ProxyData.class), project.root());
      return 0;
    }
    if (words.size() > 1 || (words.size() == 1 && !words.getFirst().matches("[1-9][0-9]?"))) {
      System.err.println("lighter bench proxy: give a number of rounds, 1 to 99");
      return 125;
    }
    Path folder = PrivateMounts.folder();
    if (folder == null) {
      List<String> again = new ArrayList<>(List.of("proxy"));
      again.addAll(words);
      return PrivateMounts.run(again);
    }
    int rounds = words.isEmpty() ? ROUNDS : Integer.parseInt(words.getFirst());
    ProxyData data = measure(project, folder, rounds);
    DataFile.write(data, file);
    ProxyReport.write(data, project.root());
    return 0;
  }

  private static ProxyData measure(Project project, Path folder, int rounds)
      throws IOException, InterruptedException {
    Map<String, String> versions = new LinkedHashMap<>();
    String haproxy = Command.lines(List.of("haproxy", "-v")).getFirst().replaceAll(" - .*", "");
    String nginx = Command.lines(List.of("sh", "-c", "nginx -v 2>&1")).getFirst();
    versions.put("haproxy", haproxy);
    versions.put("nginx", nginx);
    Fingerprint fingerprint = Machine.fingerprint(project.root(), versions);
    Path cgroup =
        Files.createDirectory(
            PrivateMounts.CGROUP_MOUNT.resolve("lighter-bench-" + ProcessHandle.current().pid()));
    try {
      List<String> program = new ArrayList<>(java());
      program.add(Main.class.getName());
      ProxyRounds all =
          new ProxyRounds(
              folder,
              List.of(
                  new Direct(),
                  new KernelSubject(program, cgroup),
                  ProgramSubject.lighter(program),
                  ProgramSubject.haproxy(haproxy),
                  ProgramSubject.nginx(nginx)),
              java(),
              SECONDS);
      all.run(rounds);
      return new ProxyData(fingerprint, rounds, SECONDS, all.rate(), all.found());
    } finally {
      Files.delete(cgroup);
    }
  }

  /** A JVM as this one. */
  private static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-Xmx256m",
        "-cp",
        System.getProperty("java.class.path"));
  }
}
