package io.lighter.runtime.logs.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** What is in the files of a store, read by docs/logs.md alone and with every check checked. */
record StoreDump(List<Segment> segments) {
  record Segment(long number, long linesBefore, long time, List<Entry> entries) {}

  record Entry(long time, int offset, int linesBefore, int lines, int flags, String bytes) {}

  static StoreDump of(Path folder) {
    List<Segment> segments = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path index : files.filter(f -> f.toString().endsWith(".index")).sorted().toList()) {
        Path content = Path.of(index.toString().replace(".index", ".log"));
        segments.add(segment(index, Files.readAllBytes(content)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new StoreDump(segments);
  }

  private static Segment segment(Path index, byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(index)).order(ByteOrder.LITTLE_ENDIAN);
    check(bytes.getInt(60) == crc(bytes.array(), 0, 60), index + " has a torn header");
    check(bytes.limit() % 32 == 0, index + " has a torn tail");
    List<Entry> entries = new ArrayList<>();
    int end = 0;
    for (int at = 64; at < bytes.limit(); at += 32) {
      check(bytes.getShort(at + 30) == (short) crc(bytes.array(), at, 30), index + " at " + at);
      int offset = bytes.getInt(at + 8);
      int length = bytes.getInt(at + 12);
      check(offset == end, index + " has a hole before " + offset);
      end += length;
      check(end <= content.length, index + " has more than its content");
      check(bytes.getInt(at + 24) == crc(content, offset, length), index + " content");
      entries.add(
          new Entry(
              bytes.getLong(at),
              offset,
              bytes.getInt(at + 16),
              bytes.getInt(at + 20),
              bytes.getShort(at + 28),
              new String(content, offset, length, ISO_8859_1)));
    }
    check(end == content.length, index + " has less than its content");
    return new Segment(bytes.getLong(8), bytes.getLong(16), bytes.getLong(24), entries);
  }

  private static int crc(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  List<Entry> entries() {
    return segments.stream().flatMap(segment -> segment.entries().stream()).toList();
  }

  List<String> texts() {
    return entries().stream().map(Entry::bytes).toList();
  }

  List<Integer> flags() {
    return entries().stream().map(Entry::flags).toList();
  }

  List<Integer> lines() {
    return entries().stream().map(Entry::lines).toList();
  }
}
