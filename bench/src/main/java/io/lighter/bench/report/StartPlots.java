package io.lighter.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.CategoryChart;

/** The plots of a start run, as PNG files. Needs no display. */
final class StartPlots {

  private static final String TITLE = "Start + exit + clean-up, ";

  private StartPlots() {}

  static void write(StartData data, Path folder) throws IOException {
    Plots.save(
        Plots.byPercentile(TITLE + StartData.ONE, Plots.curves(data.subjects(), StartData.ONE)),
        folder.resolve("one-at-a-time.png"));
    Plots.save(
        Plots.byPercentile(TITLE + StartData.MANY, Plots.curves(data.subjects(), StartData.MANY)),
        folder.resolve("at-once.png"));
    Plots.save(throughput(data), folder.resolve("throughput.png"));
    Plots.save(ladder(data), folder.resolve("floor.png"));
  }

  private static CategoryChart throughput(StartData data) {
    CategoryChart chart = Plots.bars("Starts per second, " + StartData.MANY, "starts/s");
    List<String> names = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    for (SubjectData subject : data.subjects()) {
      Series series = subject.under(StartData.MANY);
      if (series != null) {
        names.add(subject.name());
        rates.add((double) Math.round(series.startsPerSecond()));
      }
    }
    chart.addSeries("starts/s", names, rates);
    return chart;
  }

  private static CategoryChart ladder(StartData data) {
    CategoryChart chart = Plots.bars("The floor, one part more on each rung", "microseconds, p50");
    List<String> names = new ArrayList<>();
    List<Double> medians = new ArrayList<>();
    for (StartData.Rung rung : data.ladder()) {
      names.add(rung.added().split(" \\(", 2)[0]);
      medians.add((double) Math.round(rung.median() / 1e3));
    }
    chart.addSeries("p50", names, medians);
    chart.getStyler().setXAxisLabelRotation(20);
    return chart;
  }
}
