package io.lighter.bench.images;

import io.lighter.bench.machine.Command;
import io.lighter.bench.machine.Machine;
import io.lighter.bench.machine.PrivateMounts;
import io.lighter.bench.report.DataFile;
import io.lighter.bench.report.Fingerprint;
import io.lighter.bench.report.ImagesData;
import io.lighter.bench.report.ImagesReport;
import io.lighter.bench.report.Project;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code lighter bench images}. */
public final class ImagesCommand {
  private static final int ROUNDS = 3;

  public static final String USAGE =
      """
        images [--page | ROUNDS]
                pull, save, push and load of 10 layers of 50 MB, a build of 20 steps from nothing, again,
                and again asked of a running engine, diff and commit of 100,000 files, with the peak of
                our heap, beside Podman, dockerd and skopeo, 3 rounds; writes perf-reports/images/
      """;

  private ImagesCommand() {}

  /**
   * Measures and reports, or only reports again.
   *
   * @return 0, or 125 when the options are wrong
   */
  public static int run(Project project, String... args) throws IOException, InterruptedException {
    List<String> words = List.of(args);
    Path file = project.reportFolder("images").resolve("data.json");
    if (words.equals(List.of("--page"))) {
      ImagesReport.write(DataFile.read(file, ImagesData.class), project.root());
      return 0;
    }
    if (words.size() > 1 || (words.size() == 1 && !words.getFirst().matches("[1-9][0-9]?"))) {
      System.err.println("lighter bench images: give a number of rounds, 1 to 99");
      return 125;
    }
    Path folder = PrivateMounts.folder();
    if (folder == null) {
      List<String> again = new ArrayList<>(List.of("images"));
      again.addAll(words);
      return PrivateMounts.run(again);
    }
    int rounds = words.isEmpty() ? ROUNDS : Integer.parseInt(words.getFirst());
    ImagesData data = measure(project, folder, rounds);
    DataFile.write(data, file);
    ImagesReport.write(data, project.root());
    return 0;
  }

  private static ImagesData measure(Project project, Path folder, int rounds)
      throws IOException, InterruptedException {
    Map<String, String> versions = new LinkedHashMap<>();
    for (List<String> command :
        List.of(
            List.of("podman", "--version"),
            List.of("dockerd", "--version"),
            List.of("skopeo", "--version"))) {
      versions.put(command.getFirst(), Command.lines(command).getFirst());
    }
    Fingerprint fingerprint = Machine.fingerprint(project.root(), versions);
    LighterTool ours = new LighterTool(project.root(), folder.resolve("lighter"));
    try (LocalRegistry source = LocalRegistry.start(folder.resolve("source"));
        DockerTool docker =
            new DockerTool(folder.resolve("docker"), versions.getOrDefault("dockerd", ""))) {
      List<ImageTool> tools =
          List.of(
              ours,
              new PodmanTool(folder.resolve("podman"), versions.getOrDefault("podman", "")),
              docker,
              new SkopeoTool(folder.resolve("skopeo"), versions.getOrDefault("skopeo", "")));
      ImageRounds all =
          new ImageRounds(
              folder, tools, source, new LighterTool(project.root(), folder.resolve("maker")));
      all.prepare();
      all.run(rounds);
      return new ImagesData(fingerprint, rounds, all.subjects());
    }
  }
}
