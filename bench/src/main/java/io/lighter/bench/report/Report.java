package io.lighter.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * A folder of {@code perf-reports}.
 *
 * @param folder the folder
 */
record Report(Path folder) {

  static Report of(String name, Path root) throws IOException {
    return new Report(Files.createDirectories(root.resolve("perf-reports").resolve(name)));
  }

  /** What people wrote about the figures in {@code notes.md}; a section of the page. */
  String notes() throws IOException {
    Path notes = folder.resolve("notes.md");
    return Files.exists(notes) ? Files.readString(notes) : "";
  }

  void page(String text) throws IOException {
    Files.writeString(folder.resolve("README.md"), text);
  }

  void plot(String name, Chart<?, ?> chart) throws IOException {
    Plots.save(chart, folder.resolve(name));
  }
}
