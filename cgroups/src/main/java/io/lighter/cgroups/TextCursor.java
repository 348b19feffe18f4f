package io.lighter.cgroups;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * A place in ASCII text outside the heap, moving forward. Reused; allocates nothing. Not
 * thread-safe.
 */
final class TextCursor {
  private static final byte NEWLINE = '\n';
  private static final byte BLANK = ' ';

  private MemorySegment text = MemorySegment.NULL;
  private long end;
  private long at;

  /** Goes to the start of a text. */
  void start(MemorySegment segment, long length) {
    text = segment;
    end = length;
    at = 0;
  }

  boolean atEnd() {
    return at >= end;
  }

  /** Returns the byte here, or 0 at the end. */
  byte peek() {
    return at < end ? text.get(JAVA_BYTE, at) : 0;
  }

  /** Moves past a byte if it is here. */
  boolean skip(int wanted) {
    if (at < end && text.get(JAVA_BYTE, at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  /** Moves past the next such byte in this line, or to the end of the line. */
  void skipPast(int wanted) {
    while (at < end && text.get(JAVA_BYTE, at) != NEWLINE) {
      if (text.get(JAVA_BYTE, at++) == wanted) {
        return;
      }
    }
  }

  /** Moves to the start of the next line. */
  void nextLine() {
    while (at < end && text.get(JAVA_BYTE, at++) != NEWLINE) {
      // on to the newline
    }
  }

  /** Moves to the end of the word that is here: the next blank or end of line. */
  void skipWord() {
    byte here = peek();
    while (here != 0 && here != BLANK && here != NEWLINE) {
      at++;
      here = peek();
    }
  }

  /**
   * Reads a whole number and moves past it. {@code max}, and what is no number, is read as {@link
   * CgroupStatistics#UNLIMITED}.
   */
  long number() {
    long value = 0;
    long start = at;
    while (at < end) {
      int digit = text.get(JAVA_BYTE, at) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = value * 10 + digit;
      at++;
    }
    if (at == start) {
      skipWord();
      return CgroupStatistics.UNLIMITED;
    }
    return value;
  }

  /** Reads a number of two decimals as hundredths, {@code 12.34} as 1234. */
  long hundredths() {
    long whole = number();
    long fraction = 0;
    if (skip('.')) {
      fraction = number();
    }
    return whole * 100 + fraction;
  }

  /**
   * Reads the key that is here, up to {@code stop} or a blank or the end of the line, and moves
   * past it and the byte that ended it, unless that is the end of the line.
   *
   * @return its index in the table, or -1 when the table does not have it
   */
  int key(KeyTable table, int stop) {
    long start = at;
    int hash = 0;
    while (at < end) {
      byte here = text.get(JAVA_BYTE, at);
      if (here == stop || here == BLANK || here == NEWLINE) {
        break;
      }
      hash = KeyTable.hash(hash, here);
      at++;
    }
    int index = table.find(hash, text, start, at - start);
    if (peek() == stop || peek() == BLANK) {
      at++;
    }
    return index;
  }
}
