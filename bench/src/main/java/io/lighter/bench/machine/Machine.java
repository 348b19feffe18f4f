package io.lighter.bench.start;

import io.lighter.bench.report.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the {@link Fingerprint} of this machine. */
final class Machine {

  private Machine() {}

  /**
   * Looks at everything once, before the run.
   *
   * @param root the source tree, for the commit
   * @param subjects whose versions are asked for
   */
  static Fingerprint fingerprint(Path root, List<String> subjects)
      throws IOException, InterruptedException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("commit", commit(root));
    facts.put("kernel", Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    facts.put("processor", field(Path.of("/proc/cpuinfo"), "model name"));
    facts.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", field(Path.of("/proc/meminfo"), "MemTotal"));
    facts.put("virtual machine", virtual());
    facts.put(Fingerprint.LOAD, loadAverage());
    facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("gcc", first(List.of("gcc", "--version")));
    for (String subject : subjects) {
      Peer peer = Peer.named(subject);
      if (peer != null) {
        facts.put(subject, peer.version());
      }
    }
    return new Fingerprint(facts);
  }

  /** One, five and fifteen minutes. */
  private static String loadAverage() throws IOException {
    String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ", 4);
    return words[0] + " " + words[1] + " " + words[2];
  }

  private static String commit(Path root) throws InterruptedException {
    try {
      String name = first(List.of("git", "-C", root.toString(), "rev-parse", "--short=12", "HEAD"));
      List<String> changes =
          Command.lines(
              List.of(
                  "git",
                  "-C",
                  root.toString(),
                  "status",
                  "--porcelain",
                  "--",
                  ".",
                  ":!perf-reports"));
      return changes.isEmpty() ? name : name + " with changes";
    } catch (IOException e) {
      return "not a git work tree";
    }
  }

  private static String virtual() throws IOException {
    boolean guest =
        List.of(field(Path.of("/proc/cpuinfo"), "flags").split(" ", -1)).contains("hypervisor");
    return guest ? "yes" : "no";
  }

  private static String field(Path file, String name) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }

  private static String first(List<String> command) throws IOException, InterruptedException {
    return Command.lines(command).getFirst();
  }
}
