package io.lighter.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The plots of a start run, as PNG files. Needs no display. */
final class StartPlots {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 480;

  private StartPlots() {}

  static void write(StartData data, Path folder) throws IOException {
    System.setProperty("java.awt.headless", "true");
    save(byPercentile(data, StartData.ONE), folder.resolve("one-at-a-time.png"));
    save(byPercentile(data, StartData.MANY), folder.resolve("at-once.png"));
    save(throughput(data), folder.resolve("throughput.png"));
    save(ladder(data), folder.resolve("floor.png"));
  }

  /** Both axes logarithmic: the horizontal one counts nines, so that the tail is not squeezed. */
  private static XYChart byPercentile(StartData data, String load) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .theme(ChartTheme.Matlab)
            .title("Start + exit + clean-up, " + load)
            .xAxisTitle("percentile")
            .yAxisTitle("milliseconds")
            .build();
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setXAxisTickLabelsFormattingFunction(StartPlots::percentile);
    for (SubjectData subject : data.subjects()) {
      Series series = subject.under(load);
      if (series != null) {
        addCurve(chart, subject.name(), series.whole());
      }
    }
    return chart;
  }

  private static void addCurve(XYChart chart, String name, Percentiles times) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (Percentiles.Point point : times.curve()) {
      if (point.percentile() < 100) {
        x.add(100 / (100 - point.percentile()));
        y.add(point.nanos() / 1e6);
      }
    }
    chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
  }

  /** 1 is the minimum, 10 is p90, 100 is p99. */
  private static String percentile(double oneIn) {
    double percentile = 100 - 100 / oneIn;
    return String.format(Locale.ROOT, percentile < 99.5 ? "%.0f" : "%.5s", percentile);
  }

  private static CategoryChart throughput(StartData data) {
    CategoryChart chart = bars("Starts per second, " + StartData.MANY, "starts/s");
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
    CategoryChart chart = bars("The floor, one part more on each rung", "microseconds, p50");
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

  private static CategoryChart bars(String title, String unit) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .theme(ChartTheme.Matlab)
            .title(title)
            .yAxisTitle(unit)
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setAvailableSpaceFill(0.6);
    return chart;
  }

  private static void save(org.knowm.xchart.internal.chartpart.Chart<?, ?> chart, Path file)
      throws IOException {
    Files.write(file, ChartEncoder.getBytes(chart, "png"));
  }
}
