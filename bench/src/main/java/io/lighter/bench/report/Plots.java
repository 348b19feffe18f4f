package io.lighter.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The forms of the plots, as PNG files. Needs no display. */
final class Plots {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 480;

  static {
    System.setProperty("java.awt.headless", "true");
  }

  private Plots() {}

  /** The curves of all subjects under a load. */
  static Map<String, Percentiles> curves(List<SubjectData> subjects, String load) {
    Map<String, Percentiles> curves = new LinkedHashMap<>();
    for (SubjectData subject : subjects) {
      Series series = subject.under(load);
      if (series != null) {
        curves.put(subject.name(), series.whole());
      }
    }
    return curves;
  }

  /** Both axes logarithmic: the horizontal one counts nines, so that the tail is not squeezed. */
  static XYChart byPercentile(String title, Map<String, Percentiles> curves) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .theme(ChartTheme.Matlab)
            .title(title)
            .xAxisTitle("percentile")
            .yAxisTitle("milliseconds")
            .build();
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setXAxisTickLabelsFormattingFunction(Plots::percentile);
    curves.forEach((name, times) -> addCurve(chart, name, times));
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

  /** Points that are joined, by name; the vertical axis is logarithmic. */
  static XYChart lines(String title, String x, String y, Map<String, Map<Double, Double>> curves) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .theme(ChartTheme.Matlab)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    curves.forEach(
        (name, points) ->
            chart
                .addSeries(name, new ArrayList<>(points.keySet()), new ArrayList<>(points.values()))
                .setMarker(SeriesMarkers.CIRCLE));
    return chart;
  }

  /** One value a name. */
  static CategoryChart bars(String title, String unit, Map<String, Double> values) {
    CategoryChart chart = bars(title, unit);
    chart.addSeries(unit, new ArrayList<>(values.keySet()), new ArrayList<>(values.values()));
    return chart;
  }

  static CategoryChart bars(String title, String unit) {
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

  static void save(Chart<?, ?> chart, Path file) throws IOException {
    Files.write(file, ChartEncoder.getBytes(chart, "png"));
  }
}
