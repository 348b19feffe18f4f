package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The reader's end of a RINGBUF. Its map can be waited for (EPOLLIN) until there is a record; what
 * was not read is there for the next reader. For one thread.
 *
 * @see <a href="https://docs.kernel.org/bpf/ringbuf.html">BPF ring buffer</a>
 */
public final class BpfRing implements AutoCloseable {
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();

  /** In the length of a record: it is still written, or is to be passed over. */
  private static final int BUSY = 1 << 31;

  private static final int DISCARDED = 1 << 30;
  private static final int HEADER = 8;

  /** AT_PAGESZ of getauxval(3). */
  private static final long PAGE_SIZE = 6;

  private final SharedMemory consumer;
  private final SharedMemory producer;
  private final long page;
  private final long mask;

  private BpfRing(SharedMemory consumer, SharedMemory producer, long page, int size) {
    this.consumer = consumer;
    this.producer = producer;
    this.page = page;
    this.mask = size - 1L;
  }

  /** The kernel shows how far it was read, then how far written, then all of it twice. */
  static BpfRing open(SystemCalls calls, BpfMap map) {
    long page = pageSize();
    int size = map.layout().maxEntries();
    SharedMemory consumer = SharedMemory.map(calls, map, page);
    boolean done = false;
    try {
      SharedMemory producer = SharedMemory.mapReadOnly(calls, map, page, page + 2L * size);
      done = true;
      return new BpfRing(consumer, producer, page, size);
    } finally {
      if (!done) {
        consumer.close();
      }
    }
  }

  private static long pageSize() {
    ByteBuffer pairs;
    try {
      pairs = ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")));
    } catch (IOException e) {
      throw new UncheckedIOException("looking for the size of a page", e);
    }
    pairs.order(ByteOrder.nativeOrder());
    while (pairs.remaining() >= 2 * Long.BYTES) {
      long type = pairs.getLong();
      long value = pairs.getLong();
      if (type == PAGE_SIZE) {
        return value;
      }
    }
    throw new IllegalStateException("/proc/self/auxv does not tell the size of a page");
  }

  /**
   * Takes the records that are there, in their order.
   *
   * @param each gets a record, whose memory is the kernel's again when it returns
   */
  public void read(Consumer<MemorySegment> each) {
    MemorySegment memory = producer.memory();
    long at = (long) LONG.getAcquire(consumer.memory(), 0L);
    while (at < (long) LONG.getAcquire(memory, 0L)) {
      long header = page + (at & mask);
      int length = (int) INT.getAcquire(memory, header);
      if ((length & BUSY) != 0) {
        return;
      }
      int bytes = length & ~(BUSY | DISCARDED);
      try {
        if ((length & DISCARDED) == 0) {
          each.accept(memory.asSlice(header + HEADER, bytes));
        }
      } finally {
        at += (HEADER + bytes + HEADER - 1L) & -HEADER;
        // In one order with the reading of how much there is: the kernel wakes a reader only who
        // has read all.
        LONG.setVolatile(consumer.memory(), 0L, at);
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
    producer.close();
  }
}
