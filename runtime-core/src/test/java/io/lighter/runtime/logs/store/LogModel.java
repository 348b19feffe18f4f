package io.lighter.runtime.logs.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.lighter.runtime.logs.LogStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a log is, said plainly: a list of lines in the order in which they have ended. */
final class LogModel {
  record Line(LogStream stream, long time, String text, boolean complete, boolean marker) {}

  private record OpenLine(String text, long time) {}

  private final List<Line> lines = new ArrayList<>();
  private final Map<LogStream, OpenLine> open = new EnumMap<>(LogStream.class);

  List<Line> lines() {
    return lines;
  }

  /** How long the line is that the stream is within. */
  int openBytes(LogStream stream) {
    OpenLine line = open.get(stream);
    return line == null ? 0 : line.text().length();
  }

  /** The first bytes of a batch have been kept. */
  void add(FakeBatch batch, int kept) {
    if (kept == 0) {
      return;
    }
    LogStream stream = batch.stream();
    String text =
        new String(
            batch.bytes().asSlice(0, kept).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE),
            ISO_8859_1);
    long time = batch.time();
    String begun = "";
    OpenLine before = batch.isMarker() ? null : open.remove(stream);
    if (before != null && batch.begun() > 0) {
      begun = before.text();
    } else if (before != null) {
      lines.add(new Line(stream, time, before.text(), false, false));
    }
    int from = 0;
    int newline;
    while ((newline = text.indexOf('\n', from)) >= 0) {
      end(batch, time++, begun + text.substring(from, newline));
      begun = "";
      from = newline + 1;
    }
    String rest = text.substring(from);
    if (rest.isEmpty()) {
      return;
    }
    if (batch.isMarker() || (batch.isLast() && kept == batch.length())) {
      end(batch, time, begun + rest);
    } else {
      open.put(stream, new OpenLine(begun + rest, batch.time()));
    }
  }

  private void end(FakeBatch batch, long time, String text) {
    lines.add(new Line(batch.stream(), time, text, true, batch.isMarker()));
  }

  /** The lines that a query must show. */
  List<Line> answer(LogQuery query) {
    Stream<Line> all = lines.stream();
    if (query.until() == Long.MAX_VALUE && !query.follow()) {
      all =
          Stream.concat(
              all,
              open.entrySet().stream()
                  .map(e -> unended(e.getKey(), e.getValue()))
                  .sorted(Comparator.comparingLong(Line::time)));
    }
    List<Line> wanted =
        all.filter(line -> query.wants(line.stream()))
            .filter(line -> line.time() >= query.since() && line.time() <= query.until())
            .toList();
    int first = (int) Math.max(0, wanted.size() - query.tail());
    return wanted.subList(first, wanted.size());
  }

  private static Line unended(LogStream stream, OpenLine line) {
    return new Line(stream, line.time(), line.text(), false, false);
  }

  /** Puts together what a reader shows. */
  static final class Collector {
    private final List<Line> lines = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    List<Line> lines() {
      return lines;
    }

    /** Takes pieces that are there; at most so many. */
    int take(LogReader reader, int most) {
      int taken = 0;
      while (taken < most && reader.next()) {
        taken++;
        check(reader.length() <= 16 * 1024, "a piece is too long");
        check(
            reader.begins() == text.isEmpty() || reader.length() == 0 || !reader.begins(), "begin");
        text.append(bytes(reader));
        check(!reader.isComplete() || reader.ends(), "a complete line has ended");
        if (reader.ends()) {
          lines.add(
              new Line(
                  reader.stream(),
                  reader.time(),
                  text.toString(),
                  reader.isComplete(),
                  reader.isMarker()));
          text.setLength(0);
        }
      }
      return taken;
    }

    /** Takes all pieces; a line may break off where it cannot be read. */
    void takeEvenWithGaps(LogReader reader) {
      while (reader.next()) {
        if (reader.begins()) {
          text.setLength(0);
        }
        text.append(bytes(reader));
        if (reader.ends()) {
          lines.add(
              new Line(
                  reader.stream(), reader.time(), text.toString(), reader.isComplete(), false));
          text.setLength(0);
        }
      }
    }

    private static String bytes(LogReader reader) {
      return new String(
          reader
              .bytes()
              .asSlice(reader.offset(), reader.length())
              .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE),
          ISO_8859_1);
    }

    private static void check(boolean holds, String what) {
      if (!holds) {
        throw new AssertionError(what);
      }
    }
  }

  static List<Line> read(LogReader reader) {
    try (reader) {
      var collector = new Collector();
      collector.take(reader, Integer.MAX_VALUE);
      return collector.lines();
    }
  }

  /** Says in which line two answers differ, and not with a thousand characters of each. */
  static @Nullable String difference(List<Line> actual, List<Line> expected) {
    for (int i = 0; i < Math.max(actual.size(), expected.size()); i++) {
      Line is = i < actual.size() ? actual.get(i) : null;
      Line should = i < expected.size() ? expected.get(i) : null;
      if (is == null || !is.equals(should)) {
        return "line %d of %d is %s and should be %s (of %d)"
            .formatted(i, actual.size(), brief(is), brief(should), expected.size());
      }
    }
    return null;
  }

  private static String brief(@Nullable Line line) {
    String text = String.valueOf(line).replace('\0', '0').replace('\r', 'R');
    return text.length() < 200 ? text : text.substring(0, 90) + "..." + text.length();
  }
}
