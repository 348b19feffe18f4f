package io.lighter.runtime.logs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Files;
import java.lang.foreign.MemorySegment;

/** A batch that waited in a {@link BatchQueue}, or a line of the pipeline's own. */
final class QueuedBatch extends MemoryBatch {
  QueuedBatch(Files files, int capacity) {
    super(files, capacity);
  }

  void set(LogStream of, long at, int bytes, int lineEnds, long begunBefore) {
    stream = of;
    time = at;
    length = bytes;
    newlines = lineEnds;
    begun = begunBefore;
  }

  void setEnd(boolean midLine, boolean isLast, boolean isMarker) {
    endsMidLine = midLine;
    last = isLast;
    marker = isMarker;
  }

  /** Makes it a line of the pipeline's own. */
  void setMarker(byte[] line, long at) {
    MemorySegment.copy(line, 0, bytes(), JAVA_BYTE, 0, line.length);
    set(LogStream.STDERR, at, line.length, 1, 0);
    setEnd(false, false, true);
  }
}
