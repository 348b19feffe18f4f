package io.lighter.runtime.logs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * A tap with a buffer of a fixed size between the log and one thread that reads, such as the one
 * that writes to a client's terminal.
 *
 * <p>Whoever attaches it chooses what happens when its reader is slower than the container: a
 * {@link #waiting} one holds the container and its log up, for a time or as long as it takes; a
 * {@link #dropping} one never does. What was dropped is counted.
 *
 * <p>One thread reads; {@link #leave} and the counter are for any.
 */
public final class BufferedTap implements LogTap {
  /** Is given what the container wrote. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Takes some bytes; it may take its time.
     *
     * @param bytes hold during this call only
     */
    void take(LogStream stream, MemorySegment bytes, int offset, int length);
  }

  /** To wait as long as it takes. */
  public static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private static final int LEAST = 4 * 1024;
  private static final int MOST = 1 << 30;

  /** How often a reader looks whether it is to leave, if nothing else wakes it. */
  private static final long LOOK_NANOS = 1_000_000_000;

  /** Types of the ring's messages must not be 0. */
  private static final int FIRST_TYPE = 1;

  private final Set<LogStream> streams;
  private final MemorySegment memory;
  private final OneToOneRingBuffer ring;
  private final UnsafeBuffer source = new UnsafeBuffer(0, 0);
  private final long patience;
  private final AtomicLong dropped = new AtomicLong();

  private Runnable resume = () -> {};
  private volatile boolean ended;
  private volatile boolean left;

  /** An offer was not taken wholly: the reader has to tell when there is room. */
  private volatile boolean heldUp;

  private volatile @Nullable Thread waiting;

  // Of whoever offers.
  private boolean isLate;
  private long since;

  private BufferedTap(Set<LogStream> streams, int bytes, Duration patience) {
    if (bytes < LEAST || bytes > MOST) {
      throw new IllegalArgumentException(
          "the buffer of a tap is %d bytes; it may be %d to %d".formatted(bytes, LEAST, MOST));
    }
    int size = Integer.highestOneBit(bytes);
    this.streams = EnumSet.copyOf(streams);
    this.memory = Arena.ofAuto().allocate(size + RingBufferDescriptor.TRAILER_LENGTH, 128);
    this.ring = new OneToOneRingBuffer(new UnsafeBuffer(memory.address(), (int) memory.byteSize()));
    this.patience = patience.toNanos();
  }

  /**
   * Holds the container up while its buffer is full.
   *
   * @param streams which it wants
   * @param bytes of its buffer, 4 KiB to 1 GiB; the next lower power of two is used
   * @param patience how long at most: then it drops what does not fit, until its reader goes on.
   *     {@link #FOREVER} for as long as it takes
   */
  public static BufferedTap waiting(Set<LogStream> streams, int bytes, Duration patience) {
    return new BufferedTap(streams, bytes, patience);
  }

  /** Drops what does not fit into its buffer; the parameters are those of {@link #waiting}. */
  public static BufferedTap dropping(Set<LogStream> streams, int bytes) {
    return new BufferedTap(streams, bytes, Duration.ZERO);
  }

  @Override
  public void attached(Runnable whenRoom) {
    resume = whenRoom;
  }

  @Override
  public int offer(LogStream stream, MemorySegment bytes, int offset, int length) {
    if (left || !streams.contains(stream)) {
      return length;
    }
    int taken = write(stream, bytes, offset, length);
    if (taken < length) {
      heldUp = true;
      // The reader may have gone on between the two.
      taken += write(stream, bytes, offset + taken, length - taken);
    }
    wake();
    if (taken == length) {
      isLate = false;
      return length;
    }
    if (isPatient(taken)) {
      return taken;
    }
    dropped.addAndGet(length - taken);
    return length;
  }

  private boolean isPatient(int taken) {
    long now = System.nanoTime();
    if (!isLate || taken > 0) {
      isLate = true;
      since = now;
    }
    return now - since < patience;
  }

  private int write(LogStream stream, MemorySegment bytes, int offset, int length) {
    if (source.addressOffset() != bytes.address() || source.capacity() != bytes.byteSize()) {
      source.wrap(bytes.address(), (int) bytes.byteSize());
    }
    int written = 0;
    while (written < length) {
      int part = Math.min(length - written, ring.maxMsgLength());
      if (!ring.write(FIRST_TYPE + stream.code(), source, offset + written, part)) {
        break;
      }
      written += part;
    }
    return written;
  }

  private void wake() {
    VarHandle.fullFence(); // what was written, before we look who waits for it
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Gives the reader what is there, and waits for it if nothing is.
   *
   * @return false when nothing will come any more
   */
  public boolean read(Reader reader) throws InterruptedException {
    while (true) {
      boolean wasEnded = ended;
      int messages =
          ring.read((type, _, at, length) -> take(reader, type - FIRST_TYPE, at, length));
      if (messages > 0) {
        goOn();
        return true;
      }
      // At the end of its memory a ring may have nothing but what fills that up.
      if (left || (wasEnded && ring.size() == 0)) {
        return false;
      }
      await();
    }
  }

  private void take(Reader reader, int code, int at, int length) {
    if (!left) {
      reader.take(LogStream.of(code), memory, at, length);
    }
  }

  private void goOn() {
    VarHandle.fullFence(); // the room, before we look who waits for it
    if (heldUp) {
      heldUp = false;
      resume.run();
    }
  }

  private void await() throws InterruptedException {
    waiting = Thread.currentThread();
    try {
      VarHandle.fullFence();
      if (ring.size() == 0 && !ended && !left) {
        LockSupport.parkNanos(this, LOOK_NANOS);
      }
    } finally {
      waiting = null;
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("while waiting for what a container writes");
    }
  }

  /**
   * The reader wants nothing any more, as when its client is gone: the log is not held up from now
   * on.
   */
  public void leave() {
    left = true;
    wake();
    resume.run();
  }

  /** Returns how many bytes were dropped because the reader was too slow. */
  public long droppedBytes() {
    return dropped.get();
  }

  @Override
  public void close() {
    ended = true;
    wake();
  }
}
