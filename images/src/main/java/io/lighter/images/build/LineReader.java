package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/** Splits what a command writes into lines, on a thread of its own. */
final class LineReader {
  private static final int BUFFER = 16 * 1024;

  /** A longer line is told in pieces, so that no output takes the heap. */
  private static final int LONGEST = 64 * 1024;

  private final Files files;
  private final Fd from;
  private final Consumer<String> lines;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private LineReader(Files files, Fd from, Consumer<String> lines) {
    this.files = files;
    this.from = from;
    this.lines = lines;
  }

  static Thread start(Files files, Fd from, Consumer<String> lines) {
    LineReader reader = new LineReader(files, from, lines);
    return Thread.ofPlatform().daemon().name("output").start(reader::run);
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER);
      for (long length = files.read(from, buffer); length > 0; length = files.read(from, buffer)) {
        add(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
      }
    }
    if (line.size() > 0) {
      tell();
    }
  }

  private void add(byte[] bytes) {
    for (byte b : bytes) {
      if (b == '\n') {
        tell();
      } else {
        line.write(b);
        if (line.size() == LONGEST) {
          tell();
        }
      }
    }
  }

  private void tell() {
    String text = line.toString(UTF_8);
    line.reset();
    lines.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }
}
