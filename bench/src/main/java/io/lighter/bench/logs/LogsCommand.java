package io.lighter.bench.logs;

import io.lighter.bench.machine.Machine;
import io.lighter.bench.machine.NativePrograms;
import io.lighter.bench.machine.PrivateMounts;
import io.lighter.bench.machine.TouchedMemory;
import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.LogsData;
import io.lighter.bench.report.LogsReport;
import io.lighter.bench.report.Project;
import io.lighter.bench.turns.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code lighter bench logs}. */
public final class LogsCommand {
  private static final long SEED = 4;

  /** More than the logs of a turn and all who write them take, in bytes. */
  private static final long MEMORY = 3L << 30;

  public static final String USAGE =
      """
        logs [--page | [ROUNDS] [--reading] [--disk=FOLDER]]
                what a line of a log costs our pipeline, conmon, dockerd and containerd, and how
                long the container waits; the logs go to a tmpfs, or below FOLDER, and are removed;
                writes perf-reports/logs/; with --reading only what reading from our store costs, into
                the report of the last run
      """;

  private LogsCommand() {}

  /**
   * Measures and reports, or only reports again.
   *
   * @return 0, or 125 when the options are wrong
   */
  public static int run(Project project, String... args) throws IOException, InterruptedException {
    Path file = project.reportFolder("logs").resolve("data.json");
    if (List.of(args).equals(List.of("--page"))) {
      LogsReport.write(DataFile.read(file, LogsData.class), project.root());
      return 0;
    }
    LogsOptions options;
    try {
      options = LogsOptions.parse(List.of(args));
    } catch (IllegalArgumentException e) {
      System.err.println("lighter bench logs: " + e.getMessage());
      return 125;
    }
    Path tmpfs = PrivateMounts.folder();
    if (tmpfs == null) {
      List<String> again = new ArrayList<>(List.of("logs"));
      again.addAll(List.of(args));
      return PrivateMounts.run(again);
    }
    try (LogFolder folder = LogFolder.below(options.disk() == null ? tmpfs : options.disk())) {
      LogsData data =
          options.reading()
              ? read(project, folder.path(), DataFile.read(file, LogsData.class))
              : measure(project, folder.path(), tmpfs, options);
      DataFile.write(data, file);
      LogsReport.write(data, project.root());
    }
    return 0;
  }

  private static LogsData read(Project project, Path folder, LogsData before)
      throws IOException, InterruptedException {
    return before.with(new LogReading(folder, program(project, folder), System.out).run());
  }

  private static Path program(Project project, Path folder)
      throws IOException, InterruptedException {
    return NativePrograms.compileLogWriter(project.root().resolve("bench/src/main/c"), folder);
  }

  private static LogsData measure(Project project, Path folder, Path state, LogsOptions options)
      throws IOException, InterruptedException {
    Fingerprint fingerprint =
        Machine.fingerprint(
            project.root(), Map.of("logs on", options.disk() == null ? "a tmpfs" : "a disk"));
    try (TouchedMemory _ = TouchedMemory.of(MEMORY);
        LogSubjects subjects = LogSubjects.open(project, folder, state, program(project, folder))) {
      return new LogMeasurement(subjects, folder, new Schedule(options.rounds(), SEED), System.out)
          .run(fingerprint);
    }
  }
}
