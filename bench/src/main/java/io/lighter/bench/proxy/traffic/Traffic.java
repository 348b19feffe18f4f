package io.lighter.bench.proxy.traffic;

import io.lighter.bench.proxy.traffic.Order.Mode;
import io.lighter.bench.report.Percentiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one order, in one thread.
 *
 * <p>With a rate its clock decides when a message is due, whether the last answer has come or not,
 * and a time is counted from when it was due: nothing of a stall is left out. It does not sleep
 * then, since no sleep is as short, but gives the processor to the server whenever it has nothing
 * to do.
 */
final class Traffic implements AutoCloseable {
  static final int MESSAGE = 64;
  private static final int BULK = 256 << 10;
  private static final long SECOND = 1_000_000_000L;
  private static final long LONGEST = 60 * SECOND;
  private static final double SETTLING_SECONDS = 0.3;
  private static final long LOOK_MILLIS = 20;
  private static final long LOOK_NANOS = LOOK_MILLIS * 1_000_000;

  /** Who was refused tries again after so long. */
  private static final long RETRY_NANOS = 1_000_000;

  private final Order order;
  private final Stop stop;
  private final InetSocketAddress to;
  private final Selector selector = Selector.open();
  private final ByteBuffer message = ByteBuffer.allocateDirect(BULK);
  private final ByteBuffer answer = ByteBuffer.allocateDirect(BULK);
  private final Histogram times = Percentiles.histogram();
  private final int[] progress;
  private final Deque<Peer> idle = new ArrayDeque<>();
  private int missing;
  private long count;
  private long bytes;
  private long errors;
  private boolean counts;
  private long begin;

  /** Whether to end before the time. */
  @FunctionalInterface
  interface Stop {
    boolean isAsked() throws IOException;
  }

  /** One connection. */
  private static final class Peer {
    private final SocketChannel channel;
    private long due;
    private int missing;

    Peer(SocketChannel channel) {
      this.channel = channel;
    }
  }

  Traffic(Order order, Stop stop) throws IOException {
    this.order = order;
    this.stop = stop;
    this.to = new InetSocketAddress(order.address(), order.port());
    this.progress = new int[(int) (order.seconds() * SECOND / Answer.STEP_NANOS) + 1];
  }

  Answer run() throws IOException {
    missing = order.connections();
    phase(SETTLING_SECONDS);
    counts = true;
    count = 0;
    bytes = 0;
    errors = 0;
    begin = System.nanoTime();
    phase(order.seconds());
    long nanos = System.nanoTime() - begin;
    double took = nanos / (double) SECOND;
    int steps = (int) Math.min(progress.length, nanos / Answer.STEP_NANOS);
    return new Answer(
        count / took,
        bytes / took,
        errors,
        times,
        begin,
        Arrays.stream(progress, 0, steps).boxed().toList());
  }

  private void phase(double seconds) throws IOException {
    long start = System.nanoTime();
    long end = start + (long) (seconds * SECOND);
    long look = start + LOOK_NANOS;
    double gap = order.mode() == Mode.RATE ? SECOND / order.rate() : 0;
    long sent = 0;
    for (long now = start; now < end; now = System.nanoTime()) {
      if (now >= look) {
        look = now + LOOK_NANOS;
        if (stop.isAsked()) {
          return;
        }
      }
      fill();
      if (order.mode() == Mode.RATE) {
        while (start + (long) (sent * gap) <= now && !idle.isEmpty()) {
          begin(idle.poll(), start + (long) (sent * gap));
          sent++;
        }
      }
      await();
      Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
      while (keys.hasNext()) {
        SelectionKey key = keys.next();
        keys.remove();
        serve((Peer) key.attachment());
      }
    }
  }

  /** Until an answer has come, or there may be something else to do. */
  @SuppressWarnings("ThreadPriorityCheck") // no sleep is as short as what is due next is away
  private void await() throws IOException {
    if (order.mode() == Mode.RATE) {
      if (selector.selectNow() == 0) {
        Thread.yield();
      }
    } else if (missing > 0) {
      LockSupport.parkNanos(RETRY_NANOS);
      selector.selectNow();
    } else {
      selector.select(LOOK_MILLIS);
    }
  }

  /** Opens what is missing, as far as it can be had now. */
  private void fill() {
    for (int attempts = missing; attempts > 0; attempts--) {
      missing--;
      open(System.nanoTime());
    }
  }

  private void open(long due) {
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.connect(to);
      channel.configureBlocking(false);
      Peer peer = new Peer(channel);
      boolean writes = order.mode() == Mode.BULK;
      channel.register(selector, writes ? SelectionKey.OP_WRITE : SelectionKey.OP_READ, peer);
      if (order.mode() == Mode.RATE) {
        idle.add(peer);
      } else if (!writes) {
        begin(peer, due);
      }
    } catch (IOException e) {
      failed(channel);
    }
  }

  private void failed(@Nullable SocketChannel channel) {
    errors++;
    missing++;
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  private void begin(Peer peer, long due) {
    peer.due = due;
    peer.missing = MESSAGE;
    message.clear().limit(MESSAGE);
    try {
      while (message.hasRemaining()) {
        peer.channel.write(message);
      }
    } catch (IOException e) {
      failed(peer.channel);
    }
  }

  private void serve(Peer peer) throws IOException {
    try {
      if (order.mode() == Mode.BULK) {
        message.clear();
        bytes += peer.channel.write(message);
        return;
      }
      answer.clear();
      int read = peer.channel.read(answer);
      if (read < 0) {
        failed(peer.channel);
        return;
      }
      peer.missing -= read;
    } catch (IOException e) {
      failed(peer.channel);
      return;
    }
    if (peer.missing <= 0) {
      answered(peer, System.nanoTime());
    }
  }

  private void answered(Peer peer, long now) throws IOException {
    count++;
    bytes += MESSAGE;
    if (counts) {
      times.recordValue(Math.min(LONGEST, Math.max(0, now - peer.due)));
      int step = (int) ((now - begin) / Answer.STEP_NANOS);
      if (step < progress.length) {
        progress[step]++;
      }
    }
    if (order.mode() == Mode.RATE) {
      idle.add(peer);
    } else if (order.mode() == Mode.CONNECTS) {
      peer.channel.close();
      open(System.nanoTime());
    } else {
      begin(peer, now);
    }
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
