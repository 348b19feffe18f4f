package io.lighter.runtime.logs.read;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where the last entries of a log begin.
 *
 * @param file which of the files
 * @param offset where in it, if it is not compressed
 * @param skipped how many of the entries that are wanted are before them, from there
 */
record TailPlace(int file, long offset, long skipped) {
  private static final int CHUNK = 256 * 1024;

  /** The beginning of a log. */
  static final TailPlace BEGINNING = new TailPlace(0, 0, 0);

  /**
   * Finds the last entries.
   *
   * @param wanted which count
   * @param all whether all are wanted: then newlines are counted from the end, if the format lets
   *     one do that
   */
  static TailPlace of(
      List<OpenFile> files,
      RecordFormat format,
      long count,
      Predicate<LogRecord> wanted,
      boolean all) {
    long left = count;
    for (int i = files.size() - 1; i >= 0; i--) {
      OpenFile file = files.get(i);
      if (all && format.isByLines() && !file.isCompressed()) {
        long found = lines(file, left);
        if (found >= 0) {
          return new TailPlace(i, found, 0);
        }
        left += found + 1;
      } else {
        long there = count(file, format, wanted);
        if (there >= left) {
          return new TailPlace(i, 0, there - left);
        }
        left -= there;
      }
    }
    return BEGINNING;
  }

  private static long count(OpenFile file, RecordFormat format, Predicate<LogRecord> wanted) {
    EntryCursor cursor = new EntryCursor(format);
    cursor.start(file);
    long count = 0;
    for (LogRecord each = cursor.next(); each != null; each = cursor.next()) {
      if (wanted.test(each)) {
        count++;
      }
    }
    file.rewind();
    return count;
  }

  /**
   * Returns where the last lines begin, or -1 - n when the file has only n. What follows the last
   * newline is not a line yet.
   */
  private static long lines(OpenFile file, long count) {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    long found = 0;
    long end = file.size();
    while (end > 0) {
      long from = Math.max(0, end - CHUNK);
      chunk.clear().limit((int) (end - from));
      file.seek(from);
      file.read(chunk);
      for (int at = chunk.position() - 1; at >= 0; at--) {
        if (chunk.get(at) == '\n' && ++found > count) {
          file.rewind();
          return from + at + 1;
        }
      }
      end = from;
    }
    file.rewind();
    return found == count ? 0 : -1 - found;
  }
}
