package io.lighter.bench.memory;

import io.lighter.bench.machine.Machine;
import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.MemoryData;
import io.lighter.bench.report.MemoryReport;
import io.lighter.bench.report.Project;
import io.lighter.bench.report.StartData;
import io.lighter.bench.start.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code lighter bench memory}. */
public final class MemoryCommand {
  private static final List<String> KNOWN =
      List.of(StartData.FLOOR, StartData.OURS, "crun", "runc");

  /** How this program is told that it is the part inside. */
  private static final String INSIDE = "--inside";

  public static final String USAGE =
      """
        memory [--page | SUBJECT...]
                the memory charged to a container at its start and the smallest limit that runs
                `true`, in the test kernel; writes perf-reports/memory/
      """;

  private MemoryCommand() {}

  /**
   * Measures and reports, or only reports again.
   *
   * @return 0, or 125 when the options are wrong
   */
  public static int run(Project project, String... args) throws IOException, InterruptedException {
    List<String> words = List.of(args);
    if (words.size() == 2 && words.getFirst().equals(INSIDE)) {
      Inside.run(words.getLast(), System.out);
      return 0;
    }
    Path file = project.reportFolder("memory").resolve("data.json");
    if (words.equals(List.of("--page"))) {
      MemoryReport.write(DataFile.read(file, MemoryData.class), project.root());
      return 0;
    }
    if (!KNOWN.containsAll(words)) {
      System.err.println("lighter bench memory: known subjects are " + KNOWN + ", not " + words);
      return 125;
    }
    MemoryData data = measure(project, words.isEmpty() ? KNOWN : words);
    DataFile.write(data, file);
    MemoryReport.write(data, project.root());
    return 0;
  }

  private static MemoryData measure(Project project, List<String> names)
      throws IOException, InterruptedException {
    Fingerprint fingerprint = Machine.fingerprint(project.root(), Peer.versions(names));
    TestKernel kernel = new TestKernel(project);
    List<MemoryData.Subject> subjects = new ArrayList<>();
    for (String name : names) {
      System.out.println("the test kernel with " + name);
      subjects.add(Facts.of(name, kernel.run(List.of("memory", INSIDE, name))));
    }
    return new MemoryData(fingerprint, kernel.release(), subjects);
  }
}
