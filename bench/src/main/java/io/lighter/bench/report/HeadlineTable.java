package io.lighter.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The few figures that the README at the top shows. */
final class HeadlineTable {

  static final String BEGIN = "<!-- bench start: written by `lighter bench start` -->";
  static final String END = "<!-- bench start: end -->";

  private HeadlineTable() {}

  static String of(StartData data) {
    List<List<String>> rows = new ArrayList<>();
    Series floor = series(data.subject(StartData.FLOOR), StartData.ONE);
    for (SubjectData subject : data.subjects()) {
      Series one = series(subject, StartData.ONE);
      Series many = series(subject, StartData.MANY);
      if (one != null) {
        rows.add(
            List.of(
                subject.name(),
                Text.millis(one.whole().p50()),
                Text.millis(one.whole().p99()),
                floor == null ? "" : Text.ratio(one.whole().p50(), floor.whole().p50()),
                many == null ? "" : Text.millis(many.whole().p99()),
                many == null ? "" : Text.whole(Math.round(many.startsPerSecond())),
                Text.millis(Math.round(one.cpuMicros() * 1e3))));
      }
    }
    return Text.table(
        List.of(
            "start + exit + clean-up",
            "p50, ms",
            "p99, ms",
            "to the floor",
            "p99 of 64 at once, ms",
            "starts/s",
            "CPU a start, ms"),
        rows);
  }

  /**
   * The text with a new table between the markers.
   *
   * @return null when the text has no markers
   */
  static @Nullable String replacedIn(String text, StartData data) {
    return new Marked(BEGIN, END).replacedIn(text, of(data));
  }

  private static @Nullable Series series(@Nullable SubjectData subject, String load) {
    return subject == null ? null : subject.under(load);
  }
}
