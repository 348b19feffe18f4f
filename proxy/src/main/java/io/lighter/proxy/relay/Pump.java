package io.lighter.proxy.relay;

import io.lighter.linux.Connections;
import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.linux.Pipes;
import io.lighter.linux.SocketFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Moves bytes from one end of a connection to the other. Small messages are copied through one
 * buffer that all connections of a loop share; what turns out to be bulk goes through pipes and is
 * not copied.
 *
 * <p>What the receiver does not take at once stays with the sender's {@link End}, in a chunk or a
 * pipe of a pool, and nothing more is read before it is gone: back-pressure. So an end holds memory
 * only while the other is slow.
 */
final class Pump {
  /** What one copy moves. A chunk holds as much. */
  static final int BUFFER_SIZE = 16 << 10;

  /**
   * How much flows through one connection before it is another's turn: a few times what a socket's
   * buffer holds.
   */
  private static final int TURN = 256 << 10;

  /** A streak is counted in these. */
  private static final int STREAK_UNIT = 1 << 10;

  private final Connections connections;
  private final MemorySegment buffer;
  private final ChunkPool chunks;
  private final PipePool pipes;
  private final int spliceAfter;

  /**
   * Makes a pump.
   *
   * @param spliceAfter bytes that must have flowed in a direction, with full buffers, before pipes
   *     are used
   */
  Pump(Linux linux, Arena arena, PipePool pipes, int spliceAfter) {
    this.connections = linux.connections();
    this.buffer = arena.allocate(BUFFER_SIZE, Long.BYTES);
    this.chunks = new ChunkPool(arena, BUFFER_SIZE);
    this.pipes = pipes;
    this.spliceAfter = spliceAfter;
  }

  /**
   * Moves what can be moved now, and the end of the stream once all before it has been. An end that
   * turns out to have failed is marked so.
   *
   * @return whether there may be more, and it is only another's turn
   */
  boolean move(End from, End to) {
    long before = from.bytes;
    boolean more = moveBytes(from, to);
    noteStreak(from, to, from.bytes - before);
    if (from.held == 0) {
      giveBack(from);
      if (from.ended && !to.shut && !from.failed) {
        to.shut = true;
        // With both directions at their ends what follows is the close, which says the same.
        if (!from.shut) {
          // A receiver that has reset the connection has an event of its own to say so.
          connections.shutdown(to, SocketFlags.SHUT_WR);
        }
      }
    }
    return more;
  }

  /** Delivers what a side that failed had sent, as far as the other takes it now. */
  void moveLastWords(End one, End other) {
    boolean more = true;
    while (more) {
      more = one.failed && move(one, other);
      more |= other.failed && move(other, one);
    }
  }

  private boolean moveBytes(End from, End to) {
    long end = from.bytes + TURN;
    while (true) {
      if (from.held > 0 && to.writable) {
        flush(from, to);
      }
      if (from.held > 0 || !from.readable || from.ended || !to.writable || to.failed) {
        return false;
      }
      if (from.bytes - end >= 0) {
        return true;
      }
      if (isSpliced(from)) {
        splice(from);
      } else {
        copy(from, to);
      }
    }
  }

  /** Counts what flows without a pause. Small messages do not become bulk by being many. */
  private static void noteStreak(End from, End to, long moved) {
    if (moved >= BUFFER_SIZE) {
      from.streak = (char) Math.min(Character.MAX_VALUE, from.streak + moved / STREAK_UNIT);
    } else if (moved > 0 && to.writable) {
      from.streak = 0;
    }
  }

  private boolean isSpliced(End from) {
    if (from.streak * STREAK_UNIT < spliceAfter || from.urgent) {
      return false;
    }
    if (from.pipe == null) {
      from.pipe = pipes.take();
    }
    return from.pipe != null;
  }

  private void copy(End from, End to) {
    if (from.urgent && !passUrgent(from, to)) {
      return;
    }
    int read = connections.recv(from, buffer, 0, BUFFER_SIZE, 0);
    if (read <= 0) {
      noteNothing(from, read);
      return;
    }
    from.bytes += read;
    // Fewer than there was room for: there are no more, and an event tells when there are. But an
    // end of the stream behind them has had its event, and at an urgent byte reads stop short.
    if (read < BUFFER_SIZE && !from.hungUp && !from.urgent) {
      from.readable = false;
    }
    int sent = connections.send(to, buffer, 0, read, 0);
    if (sent < read) {
      to.writable = false;
      if (sent < 0 && sent != -Errno.EAGAIN) {
        to.failed = true;
        return;
      }
      hold(from, Math.max(sent, 0), read);
    }
  }

  /**
   * Passes an urgent byte on as one, at its place in the stream: what came before it has been sent,
   * since reads stop there.
   *
   * @return false when the receiver does not take it now
   */
  private boolean passUrgent(End from, End to) {
    int peek = SocketFlags.MSG_OOB | SocketFlags.MSG_PEEK;
    if (!connections.isAtMark(from) || connections.recv(from, buffer, 0, 1, peek) != 1) {
      return true;
    }
    int sent = connections.send(to, buffer, 0, 1, SocketFlags.MSG_OOB);
    if (sent == -Errno.EAGAIN) {
      to.writable = false;
      return false;
    }
    // A Unix socket may not know urgent bytes: then this one has nowhere to go.
    to.failed |= sent < 0 && sent != -Errno.EOPNOTSUPP;
    connections.recv(from, buffer, 0, 1, SocketFlags.MSG_OOB);
    from.bytes++;
    return !to.failed;
  }

  private void hold(End from, int begin, int end) {
    MemorySegment chunk = chunks.take();
    MemorySegment.copy(buffer, begin, chunk, 0, end - begin);
    from.chunk = chunk;
    from.heldFrom = 0;
    from.held = end - begin;
  }

  private void splice(End from) {
    Pipe pipe = Objects.requireNonNull(from.pipe);
    long read = connections.splice(from, pipe.write(), pipes.size(), Pipes.SPLICE_F_NONBLOCK);
    if (read <= 0) {
      noteNothing(from, read);
      return;
    }
    from.bytes += read;
    from.held = (int) read;
  }

  private static void noteNothing(End from, long answer) {
    from.readable = false;
    from.ended |= answer == 0;
    from.failed |= answer < 0 && answer != -Errno.EAGAIN;
  }

  /** Writes what is held. */
  private void flush(End from, End to) {
    while (from.held > 0 && to.writable) {
      long sent = from.chunk == null ? flushPipe(from, to) : flushChunk(from, to);
      if (sent > 0) {
        from.held -= (int) sent;
        if (from.chunk != null) {
          from.heldFrom += (char) sent;
        }
      } else {
        to.writable = false;
        to.failed |= sent != -Errno.EAGAIN;
      }
    }
    if (from.held == 0 && from.chunk != null) {
      chunks.giveBack(from.chunk);
      from.chunk = null;
    }
  }

  private long flushPipe(End from, End to) {
    Pipe pipe = Objects.requireNonNull(from.pipe);
    return connections.splice(pipe.read(), to, from.held, Pipes.SPLICE_F_NONBLOCK);
  }

  private long flushChunk(End from, End to) {
    MemorySegment chunk = Objects.requireNonNull(from.chunk);
    return connections.send(to, chunk, from.heldFrom, from.held, 0);
  }

  /** Puts back what an end that holds nothing has borrowed. */
  private void giveBack(End from) {
    if (from.pipe != null) {
      pipes.giveBack(from.pipe);
      from.pipe = null;
    }
  }

  /** Forgets what an end that is closed still held. */
  void discard(End from) {
    if (from.chunk != null) {
      chunks.giveBack(from.chunk);
      from.chunk = null;
    }
    if (from.pipe != null) {
      if (from.held > 0) {
        pipes.discard(from.pipe);
      } else {
        pipes.giveBack(from.pipe);
      }
      from.pipe = null;
    }
    from.held = 0;
  }
}
