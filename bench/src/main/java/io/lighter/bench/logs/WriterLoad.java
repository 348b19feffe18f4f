package io.lighter.bench.logs;

/**
 * What a container writes.
 *
 * @param name the key in tables
 * @param lines how many
 * @param lineBytes of each, its newline among them
 * @param writeBytes how much a write(2) has
 * @param rate lines a second, 0 for as fast as possible
 */
record WriterLoad(String name, int lines, int lineBytes, int writeBytes, int rate) {
  /** What a program's buffered output writes. */
  private static final int BUFFER = 64 * 1024;

  /** Many lines a write. */
  static WriterLoad buffered(int lines, int lineBytes) {
    return new WriterLoad(size(lineBytes) + ", 64 KiB writes", lines, lineBytes, BUFFER, 0);
  }

  /** A line a write. */
  static WriterLoad byLine(int lines, int lineBytes) {
    return new WriterLoad(size(lineBytes) + ", a line a write", lines, lineBytes, lineBytes, 0);
  }

  /** A line a write, each at its instant. */
  static WriterLoad atRate(String name, int lines, int lineBytes, int rate) {
    return new WriterLoad(name, lines, lineBytes, lineBytes, rate);
  }

  private static String size(int lineBytes) {
    return lineBytes < 1000 ? lineBytes + " B" : lineBytes / 1000 + " kB";
  }

  long bytes() {
    return (long) lines * lineBytes;
  }
}
