package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LineSplitter;
import io.lighter.runtime.logs.LineVisitor;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogStream;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the lines of batches as Docker's copier would: it remembers for each stream the id and
 * the time of a line that goes on, and takes a line that the stream ends without a newline for a
 * piece that is not the last one. Not thread-safe.
 */
final class LineWalk implements LineVisitor {
  /** Is shown one line after the other. */
  interface Step {
    /** Returns whether to go on; the line is not done otherwise, and none behind it is shown. */
    boolean line(LogLine line);
  }

  /** What all pieces of a line share. */
  private static final class LongLine {
    private String id = "";
    private long time;
  }

  private final LogLine line = new LogLine();
  private final LongLine stdout = new LongLine();
  private final LongLine stderr = new LongLine();
  private @Nullable Step step;
  private LogStream stream = LogStream.STDOUT;
  private int batchLength;
  private boolean stopped;

  /** Shows the lines of a batch until the step does not go on. */
  void walk(LogBatch batch, Step each) {
    step = each;
    stream = batch.stream();
    batchLength = batch.length();
    stopped = false;
    LineSplitter.DOCKER.split(batch, this);
    step = null;
  }

  @Override
  public void line(
      MemorySegment bytes, int offset, int length, long time, long piece, boolean completes) {
    if (step == null) {
      return;
    }
    int end = offset + length;
    boolean newline = completes && end < batchLength;
    line.set(stream, bytes, offset, length, newline ? end + 1 : end);
    if (piece == 0 && newline) {
      line.setWhole(time);
    } else {
      setPartial(time, piece, newline);
    }
    stopped = !step.line(line);
  }

  @Override
  public boolean goesOn() {
    return !stopped;
  }

  private void setPartial(long time, long piece, boolean newline) {
    LongLine whole = stream == LogStream.STDERR ? stderr : stdout;
    // A new process may begin in the middle of a line: then the id is new, and the order still
    // right.
    if (piece == 0 || whole.id.isEmpty()) {
      whole.id = RandomId.next();
      whole.time = time;
    }
    line.setPartial(whole.time, whole.id, piece, newline);
  }
}
