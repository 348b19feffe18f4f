package io.lighter.runtime.logs;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Pipe;
import io.lighter.linux.Pipes;
import java.lang.foreign.MemorySegment;

/**
 * A look into a container's pipe: the bytes are duplicated by tee(2) and read, and are still in the
 * pipe until they are {@link #remove removed} or {@link #moveTo moved}.
 *
 * <p>So the beginning of a line that is not complete simply stays in the pipe, and needs no buffer
 * while a container is idle. Not thread-safe.
 */
final class PeekedBatch extends MemoryBatch {
  private final Linux linux;
  private final Pipe copy;
  private final Fd nowhere;

  private Fd source;
  private int seen;

  /** How many of the bytes seen may be taken: those that all taps have. */
  private int shown;

  private int moved;

  PeekedBatch(Linux linux) {
    super(linux.files(), LogPipes.SIZE);
    this.linux = linux;
    this.copy = LogPipes.create(linux);
    this.nowhere = Nowhere.open(linux);
    this.source = nowhere;
  }

  /**
   * Looks into a pipe, and shows the taps what is there.
   *
   * @return whether there is anything to take; if not, {@link #seen} tells why
   */
  boolean look(StreamSource from, long now, Taps taps) {
    boolean ended = from.isEnded(); // before the look, which then has seen all there is
    source = from.pipe();
    seen = peek(source);
    stream = from.stream();
    begun = from.begun();
    moved = 0;
    time = now;
    shown = seen > 0 ? taps.show(stream, bytes(), seen) : seen;
    return seen > 0 && cut(from, ended && !isHeldUp());
  }

  /** Returns whether a tap has not all that was seen. */
  boolean isHeldUp() {
    return shown < seen;
  }

  /** Returns how many bytes the last look saw, 0 when nobody can write any more, or -1. */
  int seen() {
    return seen;
  }

  /**
   * Returns whether the pipe was empty after these bytes had been taken. Only then does the kernel
   * tell of the next write: one that came between the look and the removal may fill the pipe and
   * wait in its middle, untold of (see {@link Leftover}).
   */
  boolean hasEmptied(int taken) {
    return taken == seen && seen < LogPipes.SIZE / 2 && linux.pipes().held(source) == 0;
  }

  private int peek(Fd pipe) {
    long there = linux.pipes().tee(pipe, copy.write(), LogPipes.SIZE, Pipes.SPLICE_F_NONBLOCK);
    if (there <= 0) {
      return there == Pipes.AGAIN ? -1 : 0;
    }
    long read = linux.files().read(copy.read(), bytes());
    while (read < there) {
      read += linux.files().read(copy.read(), bytes().asSlice(read));
    }
    return (int) read;
  }

  /**
   * Decides how much of what was seen is a batch: whole lines; or of a line that is too long whole
   * pieces, but never the last byte, as it is not known yet whether a newline follows; or all, when
   * the stream has ended or the pipe can hold no more of the line. What a tap does not have stays.
   */
  private boolean cut(StreamSource from, boolean ended) {
    int end = NewlineScan.last(bytes(), 0, shown) + 1;
    if (end == 0 && shown > PIECE_BYTES) {
      end = (shown - 1) / PIECE_BYTES * PIECE_BYTES;
      last = false;
      endsMidLine = true;
    } else if (end == 0 && ended) {
      end = seen;
      last = true;
      endsMidLine = true;
    } else {
      last = false;
      endsMidLine = end == 0 && !isHeldUp() && from.isPipeFull() && isAllThereIs();
      end = endsMidLine ? seen : end;
    }
    length = end;
    newlines = endsMidLine ? 0 : UNCOUNTED;
    return end > 0;
  }

  /** Returns whether nothing was written since the look: what filled the pipe is what was seen. */
  private boolean isAllThereIs() {
    return linux.pipes().held(source) == seen;
  }

  /** Returns how many bytes of an unfinished line there are once some bytes have been taken. */
  long begunAfter(int taken) {
    return taken < length || (endsMidLine && !last) ? begunIn(taken) : 0;
  }

  private long begunIn(int taken) {
    int newline = NewlineScan.last(bytes(), 0, taken);
    return newline < 0 ? begun + taken : taken - (newline + 1L);
  }

  /** Returns how many lines the first bytes have, one that has only begun among them. */
  int linesIn(int taken) {
    int whole = taken == length ? newlines() : NewlineScan.count(bytes(), 0, taken);
    return taken == length && endsMidLine ? whole + 1 : whole;
  }

  /** Removes the first bytes from the pipe, those that have not been moved. */
  void remove(int bytes) {
    while (moved < bytes) {
      moved += count(linux.pipes().splice(source, nowhere, bytes - moved, 0));
    }
  }

  /** Returns how many bytes have left the pipe. */
  int moved() {
    return moved;
  }

  @Override
  public int moveTo(Fd file, long offset, int bytes) {
    while (moved < bytes) {
      int left = bytes - moved;
      try {
        moved += count(linux.pipes().spliceTo(source, file, offset + moved, left, 0));
      } catch (LinuxException e) {
        if (e.errno() == Errno.EINVAL) {
          return writeTo(file, offset, bytes);
        }
        if (moved == 0 && !isFullDisk(e)) {
          throw e;
        }
        return moved; // what has been moved is safe; the next call tells what is wrong
      }
    }
    return moved;
  }

  /** For file systems that cannot splice: what is written is removed right afterwards. */
  private int writeTo(Fd file, long offset, int bytes) {
    while (moved < bytes) {
      try {
        MemorySegment rest = bytes().asSlice(moved, bytes - moved);
        remove(moved + (int) linux.files().pwrite(file, rest, offset + moved));
      } catch (LinuxException e) {
        if (moved == 0 && !isFullDisk(e)) {
          throw e;
        }
        return moved;
      }
    }
    return moved;
  }

  private static int count(long moved) {
    if (moved <= 0) {
      throw new IllegalStateException(
          "bytes that were in the pipe of a container have been taken by somebody else");
    }
    return (int) moved;
  }

  @Override
  public void close() {
    copy.close();
    nowhere.close();
    super.close();
  }
}
