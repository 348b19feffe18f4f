package io.lighter.runtime.logs;

import static io.lighter.runtime.logs.LogBatch.PIECE_BYTES;

/**
 * Parts a batch into lines, and lines that are too long into pieces of {@link
 * LogBatch#PIECE_BYTES}.
 *
 * <p>Where a line is just as long as a piece, formats differ: moby's copier
 * (daemon/logger/copier.go) hands its full buffer on before it has seen the newline, which then is
 * a piece of its own; containerd and the kubelet (internal/cri/io/logger.go) look for the newline
 * first.
 *
 * <p>Immutable, thread-safe; allocates nothing.
 */
public enum LineSplitter {
  /**
   * A line of 16,384 bytes is a piece and an empty rest. What a stream ends with without a newline
   * is a piece that does not end its line.
   */
  DOCKER(PIECE_BYTES - 1),
  /** A line of 16,384 bytes is whole, and so is what a stream ends with without a newline. */
  CRI(PIECE_BYTES);

  private final int longestWhole;

  LineSplitter(int longestWhole) {
    this.longestWhole = longestWhole;
  }

  /**
   * Shows lines and pieces of a batch in their order, until the visitor does not want the next one.
   *
   * @return how many bytes it has shown, newlines among them
   */
  public int split(LogBatch batch, LineVisitor visitor) {
    var bytes = batch.bytes();
    int end = batch.length();
    long time = batch.time();
    long piece = batch.begun() / PIECE_BYTES;
    int at = 0;
    while (at < end) {
      int newline = NewlineScan.next(bytes, at, end);
      while (newline - at > longestWhole) {
        visitor.line(bytes, at, PIECE_BYTES, time, piece, false);
        at += PIECE_BYTES;
        piece++;
        if (!visitor.goesOn()) {
          return at;
        }
      }
      if (newline < end || newline > at) {
        boolean completes = newline < end || (this == CRI && batch.isLast());
        visitor.line(bytes, at, newline - at, time, piece, completes);
      }
      at = Math.min(newline + 1, end);
      if (!visitor.goesOn()) {
        return at;
      }
      piece = 0;
      time++;
    }
    return end;
  }
}
