package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.RewindableSink;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker's local format, and that nothing is lost or repeated around its rotation. */
@LeavesNothing(except = Resource.CGROUP)
class LocalSinkTest {
  private static final long TIME = 1_767_323_045_060_000_000L;

  @TempDir private Path folder;

  private RewindableSink open(Map<String, String> options) {
    return open(folder, options);
  }

  private static RewindableSink open(Path in, Map<String, String> options) {
    return (RewindableSink)
        LogDrivers.standard(Runnable::run).open("local", Containers.web(in), options);
  }

  private Path log(String suffix) {
    return folder.resolve("local-logs").resolve("container.log" + suffix);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static String hex(String text) {
    return hex(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads as dockerd's decoder does (daemon/logger/local/read.go), but for what it tells by. */
  private static List<String> lines(byte[] log) {
    List<String> lines = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(log);
    while (in.hasRemaining()) {
      int length = in.getInt();
      byte[] entry = new byte[length];
      in.get(entry);
      assertThat(in.getInt()).isEqualTo(length);
      lines.add(line(ByteBuffer.wrap(entry)));
    }
    return lines;
  }

  private static String line(ByteBuffer entry) {
    String line = "";
    while (entry.hasRemaining()) {
      int tag = entry.get();
      if ((tag & 7) == 0) {
        varint(entry);
      } else {
        byte[] value = new byte[(int) varint(entry)];
        entry.get(value);
        line = tag >>> 3 == 3 ? new String(value, StandardCharsets.UTF_8) : line;
      }
    }
    return line;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    int shift = 0;
    byte bits;
    do {
      bits = in.get();
      value |= (bits & 0x7fL) << shift;
      shift += 7;
    } while (bits < 0);
    return value;
  }

  /** All lines of all files, the oldest first. */
  private List<String> allLines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 9; i > 0; i--) {
      Path plain = log("." + i);
      Path compressed = log("." + i + ".gz");
      if (Files.exists(plain)) {
        lines.addAll(lines(Files.readAllBytes(plain)));
      } else if (Files.exists(compressed)) {
        lines.addAll(lines(gunzip(Files.readAllBytes(compressed))));
      }
    }
    lines.addAll(lines(Files.readAllBytes(log(""))));
    return lines;
  }

  private static byte[] gunzip(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "line " + i).toList();
  }

  private static String text(int from, int to) {
    return String.join("\n", numbers(from, to)) + "\n";
  }

  @Test
  void shouldWriteDockersBytes() throws IOException {
    try (RewindableSink sink = open(Map.of("labels", "tier", "tag", "{{.Name}}"))) {
      assertThat(sink.append(TextBatch.stdout(TIME, "hello\n\n"))).isEqualTo(7);
      assertThat(sink.append(TextBatch.stderr(TIME + 2, "oh\n"))).isEqualTo(3);
    }
    String time = "1080f2a681a2deb2c318";
    String attributes =
        "32"
            + "0a"
            + "0a03"
            + hex("tag")
            + "1203"
            + hex("web") //
            + "32"
            + "0d"
            + "0a04"
            + hex("tier")
            + "1205"
            + hex("front");
    String first = "0a06" + hex("stdout") + time + "1a05" + hex("hello") + attributes;
    String second = "0a06" + hex("stdout") + time.replaceFirst("1080", "1081") + attributes;
    String third =
        "0a06"
            + hex("stderr")
            + time.replaceFirst("1080", "1082")
            + "1a02"
            + hex("oh")
            + attributes;
    assertThat(hex(Files.readAllBytes(log(""))))
        .isEqualTo(framed(first) + framed(second) + framed(third));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log(""))))
        .isEqualTo("rw-r-----");
  }

  private static String framed(String entry) {
    String length = String.format("%08x", entry.length() / 2);
    return length + entry + length;
  }

  @Test
  void shouldTellThePiecesOfALongLine() throws IOException {
    String piece = "x".repeat(LogBatch.PIECE_BYTES);
    try (RewindableSink sink = open(Map.of())) {
      sink.append(TextBatch.goesOn(TIME, piece + piece, 0));
      sink.append(TextBatch.goesOn(TIME + 9, "end\n", 2L * LogBatch.PIECE_BYTES));
    }
    byte[] log = Files.readAllBytes(log(""));
    assertThat(lines(log)).containsExactly(piece, piece, "end");
    String head = "0a06" + hex("stdout") + "1080f2a681a2deb2c318";
    String hex = hex(log);
    // All have the time of the first.
    assertThat(hex.split(head, -1)).hasSize(4);
    // partial, 68 bytes or more of metadata: id, ordinal; and last before them in the last one.
    assertThat(hex)
        .containsPattern("20012a441240(\\w{128})1801")
        .containsPattern("20012a441240(\\w{128})1802")
        .containsPattern("20012a4608011240(\\w{128})1803");
  }

  @Test
  void shouldKeepALineThatHasNoEnd() throws IOException {
    try (RewindableSink sink = open(Map.of())) {
      assertThat(sink.append(TextBatch.last(TIME, "a\nb"))).isEqualTo(3);
    }
    assertThat(lines(Files.readAllBytes(log("")))).containsExactly("a", "b");
    assertThat(hex(Files.readAllBytes(log("")))).containsPattern("20012a441240\\w{128}1801");
  }

  @Test
  void shouldRotateBeforeAnEntryWhenTheFileIsFull() throws IOException {
    Map<String, String> options = Map.of("max-size", "500", "max-file", "3", "compress", "false");
    try (RewindableSink sink = open(options)) {
      TextBatch.appendAll(sink, TIME, text(0, 100));
    }
    // Each entry has 33 or 34 bytes; a file is full when it has 500 or more.
    assertThat(Files.size(log(".1"))).isBetween(500L, 533L);
    assertThat(Files.size(log(".2"))).isBetween(500L, 533L);
    assertThat(log(".3")).doesNotExist();
    List<String> lines = allLines();
    assertThat(lines).isEqualTo(numbers(100 - lines.size(), 100));
  }

  @Test
  void shouldCompressAsDockerdDoes() throws IOException {
    try (RewindableSink sink = open(Map.of("max-size", "500", "max-file", "9"))) {
      TextBatch.appendAll(sink, TIME, text(0, 100));
      sink.append(TextBatch.stdout(TIME + 100, "line 100\n"));
    }
    assertThat(allLines()).isEqualTo(numbers(0, 101));
    byte[] oldest = Files.readAllBytes(log(".6.gz"));
    String extra = "{\"lastTime\":\"2026-01-02T03:04:05.060000014Z\"}";
    assertThat(hex(oldest)).startsWith("1f8b080400000000" + "00ff" + "2d00" + hex(extra));
    assertThat(lines(gunzip(oldest))).isEqualTo(numbers(0, 15));
    try (Stream<Path> files = Files.list(folder.resolve("local-logs"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .allMatch(name -> name.matches("log\\.lock|container\\.log(\\.\\d(\\.gz)?)?"));
    }
  }

  @Test
  void shouldKeepOneFileOnlyWhenOnlyOneMayBe() throws IOException {
    Map<String, String> options = Map.of("max-size", "500", "max-file", "1", "compress", "false");
    try (RewindableSink sink = open(options)) {
      TextBatch.appendAll(sink, TIME, text(0, 100));
      sink.append(TextBatch.stdout(TIME + 100, "line 100\n"));
    }
    assertThat(log(".1")).doesNotExist();
    List<String> lines = allLines();
    assertThat(lines).isEqualTo(numbers(101 - lines.size(), 101)).hasSizeLessThan(20);
  }

  @Test
  void shouldForgetWhatWasWrittenAtAPosition() throws IOException {
    try (RewindableSink sink = open(Map.of())) {
      sink.append(TextBatch.stdout(TIME, "line 0\n"));
      long position = sink.position();
      sink.append(TextBatch.stdout(TIME + 1, "line 1\nline 2\n"));
      sink.rewind(position);
      sink.append(TextBatch.stdout(TIME + 1, "line 1\n"));
    }
    assertThat(allLines()).isEqualTo(numbers(0, 2));
  }

  @Test
  void shouldForgetAcrossARotationAndAProcess() throws IOException {
    Map<String, String> options = Map.of("max-size", "500", "max-file", "9");
    // Wherever the rotation falls: undo the last append each time, in a sink of its own.
    for (int i = 0; i < 60; i++) {
      long position;
      try (RewindableSink sink = open(options)) {
        position = sink.position();
        assertThat(sink.append(TextBatch.stdout(TIME + i, text(i, i + 2)))).isPositive();
      }
      try (RewindableSink sink = open(options)) {
        sink.rewind(position);
        assertThat(sink.append(TextBatch.stdout(TIME + i, text(i, i + 1)))).isPositive();
      }
    }
    assertThat(allLines()).isEqualTo(numbers(0, 60));
  }

  @Test
  void shouldForgetWithOneFileToo() throws IOException {
    Map<String, String> options = Map.of("max-size", "500", "max-file", "1", "compress", "false");
    for (int i = 0; i < 40; i++) {
      long position;
      try (RewindableSink sink = open(options)) {
        position = sink.position();
        sink.append(TextBatch.stdout(TIME + i, text(i, i + 2)));
      }
      try (RewindableSink sink = open(options)) {
        sink.rewind(position);
        sink.append(TextBatch.stdout(TIME + i, text(i, i + 1)));
      }
    }
    List<String> lines = lines(Files.readAllBytes(log("")));
    assertThat(lines).isEqualTo(numbers(40 - lines.size(), 40));
  }

  @Test
  void shouldCutATornEndOffWhereverItIs() throws IOException {
    try (RewindableSink sink = open(Map.of())) {
      sink.append(TextBatch.stdout(TIME, text(0, 3)));
    }
    byte[] whole = Files.readAllBytes(log(""));
    for (int size = 0; size < whole.length; size++) {
      Files.write(log(""), Arrays.copyOf(whole, size));
      open(Map.of()).close();
      byte[] left = Files.readAllBytes(log(""));
      assertThat(lines(left)).isEqualTo(numbers(0, size / (whole.length / 3)));
    }
  }

  @Test
  void shouldGoOnWithTheFileOfDockerd() throws IOException {
    open(Map.of()).close();
    byte[] entry =
        HexFormat.of().parseHex(framed("0a06" + hex("stdout") + "1001" + "1a03" + hex("old")));
    Files.write(log(""), entry, StandardOpenOption.APPEND);
    try (RewindableSink sink = open(Map.of())) {
      sink.append(TextBatch.stdout(TIME, "new\n"));
    }
    assertThat(allLines()).containsExactly("old", "new");
  }

  @Test
  @RequiresRoot
  void shouldWaitForRoomOnAFullDiskAndLeaveNoHalfEntry() throws IOException {
    try (Fd disk = Linux.kernel().mounts().create("tmpfs", List.of("size=256k"), 0)) {
      Path in = Path.of(disk.procPath());
      String text = text(0, 20_000);
      int length = text.getBytes(StandardCharsets.UTF_8).length;
      Map<String, String> options = Map.of("max-file", "1", "compress", "false");
      try (RewindableSink sink = open(in, options)) {
        Path log = in.resolve("local-logs/container.log");
        int done = sink.append(TextBatch.stdout(TIME, text));
        assertThat(done).isPositive().isLessThan(length);
        String left = text.substring(done);
        assertThat(sink.append(TextBatch.stdout(TIME, left))).isZero();
        List<String> kept = lines(Files.readAllBytes(log));
        assertThat(text.substring(0, done)).isEqualTo(String.join("\n", kept) + "\n");
        // Somebody makes room.
        Files.write(log, new byte[0]);
        assertThat(sink.append(TextBatch.stdout(TIME, left))).isPositive();
        assertThat(lines(Files.readAllBytes(log)).getFirst()).isEqualTo("line " + kept.size());
      }
    }
  }
}
