package io.lighter.runtime.logs;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Pipe;
import io.lighter.linux.Pipes;
import io.lighter.linux.Polling;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One stream of one container, as the pipeline sees it: a pipe to take from.
 *
 * <p>A terminal cannot be looked into without taking. So what it has is first moved into a pipe of
 * our own, its relay, and is taken from there.
 *
 * <p>What is not final, volatile or atomic belongs to whoever works on the container's log.
 */
final class StreamSource implements AutoCloseable {
  private static final long NOT_OFFERED = Long.MIN_VALUE;

  private final Linux linux;
  private final Polling polling;
  private final LogStream stream;
  private final Fd watched;
  private final @Nullable Pipe relay;
  private final AtomicBoolean ready = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Leftover leftover = new Leftover(this);
  private volatile boolean ended;

  /** How many bytes of the line that the stream is in have been taken. */
  private long begun;

  /** When what is in the pipe was first offered to the sink, if that did not keep it. */
  private long offered = NOT_OFFERED;

  private boolean done;

  /** Under which it is watched. Of the intake's thread. */
  private long number;

  private StreamSource(Linux linux, LogStream stream, Fd watched, @Nullable Pipe relay) {
    this.linux = linux;
    this.polling = new Polling(linux);
    this.stream = stream;
    this.watched = watched;
    this.relay = relay;
  }

  /** Takes from the reading end of a pipe, which it closes in the end. */
  static StreamSource ofPipe(Linux linux, LogStream stream, Fd pipe) {
    return new StreamSource(linux, stream, pipe, null);
  }

  /** Takes from the master of a terminal; closes both in the end. */
  static StreamSource ofTerminal(Linux linux, Fd master, Pipe relay) {
    // Of splice's own flag only the pipe takes notice.
    linux.descriptors().setNonBlocking(master, true);
    return new StreamSource(linux, LogStream.STDOUT, master, relay);
  }

  LogStream stream() {
    return stream;
  }

  /** Returns the descriptor that tells when there is something. */
  Fd watched() {
    return watched;
  }

  /** Returns the pipe that the bytes are taken from. */
  Fd pipe() {
    return relay == null ? watched : relay.read();
  }

  /** Notes that there is something to take; returns whether that was not known. */
  boolean announce() {
    return ready.compareAndSet(false, true);
  }

  boolean isReady() {
    return ready.get();
  }

  /** Asks whether there is something to take, which is then no longer noted. */
  boolean takeReady() {
    return ready.compareAndSet(true, false);
  }

  /** Notes that nobody writes any more, or that it does not matter who does. */
  void end() {
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }

  /** Returns the beginning of a line that is in the pipe. */
  Leftover leftover() {
    return leftover;
  }

  /** Returns how many bytes the pipe holds, or 0 when it is closed. */
  int held() {
    // Whoever closes it does so while it is not asked: both hold this lock.
    synchronized (closed) {
      return closed.get() ? 0 : linux.pipes().held(pipe());
    }
  }

  /** Returns whether it is a terminal, whose end is seen by taking from it. */
  boolean isTerminal() {
    return relay != null;
  }

  void setNumber(long assigned) {
    number = assigned;
  }

  long number() {
    return number;
  }

  long begun() {
    return begun;
  }

  void setBegun(long bytes) {
    begun = bytes;
  }

  /** Returns the time for what is in the pipe: that of when it was seen first. */
  long time(LogClock clock) {
    return offered == NOT_OFFERED ? clock.now() : clock.then(offered);
  }

  /** The sink has not kept what is in the pipe now: when it comes again it is to have this time. */
  void setOffered(long time) {
    offered = time;
  }

  /** The sink has kept all that it was offered. */
  void clearOffered() {
    offered = NOT_OFFERED;
  }

  boolean isDone() {
    return done;
  }

  /**
   * Moves what the terminal has into its relay; nothing for a pipe.
   *
   * @return whether the terminal may have more, because the relay is full
   */
  boolean relay() {
    if (relay == null) {
      return false;
    }
    while (true) {
      try {
        long moved =
            linux.pipes().splice(watched, relay.write(), LogPipes.SIZE, Pipes.SPLICE_F_NONBLOCK);
        if (moved == Pipes.AGAIN) {
          return linux.pipes().held(relay.read()) > 0;
        }
        if (moved == 0) {
          end();
          return false;
        }
      } catch (LinuxException e) {
        if (e.errno() != Errno.EIO) {
          throw e;
        }
        end(); // nobody has the other side open
        return false;
      }
    }
  }

  /**
   * Returns whether a writer has to wait. That cannot be told from how many bytes there are: a pipe
   * counts pages, and who writes with O_DIRECT or vmsplice(2) uses up a page for each byte.
   */
  boolean isPipeFull() {
    int flags = Fcntl.O_WRONLY | Fcntl.O_NONBLOCK;
    String path = pipe().procPath();
    try (Fd writer = linux.files().openat(Fd.WORKING_FOLDER, path, flags, 0)) {
      return polling.poll(writer, Polling.POLLOUT, 0) == 0;
    }
  }

  /** The stream is over; its descriptors are closed. */
  void finish() {
    done = true;
    close();
  }

  @Override
  public void close() {
    synchronized (closed) {
      if (closed.compareAndSet(false, true)) {
        leftover.set(0);
        watched.close();
        if (relay != null) {
          relay.close();
        }
      }
    }
  }
}
