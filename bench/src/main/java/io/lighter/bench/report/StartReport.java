package io.lighter.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes everything that people read of a start run. */
public final class StartReport {

  private StartReport() {}

  /**
   * Writes page and plots to {@code perf-reports/start/}, and the table of the README at the top
   * where that has the markers. Notes of people in {@code perf-reports/start/notes.md} become a
   * section of the page.
   *
   * @param root the source tree
   */
  public static void write(StartData data, Path root) throws IOException {
    Path folder = Files.createDirectories(root.resolve("perf-reports/start"));
    Path notes = folder.resolve("notes.md");
    String noted = Files.exists(notes) ? Files.readString(notes) : "";
    Files.writeString(folder.resolve("README.md"), StartPage.of(data, noted));
    StartPlots.write(data, folder);
    Path readme = root.resolve("README.md");
    if (Files.exists(readme)) {
      String replaced = HeadlineTable.replacedIn(Files.readString(readme), data);
      if (replaced != null) {
        Files.writeString(readme, replaced);
      }
    }
  }
}
