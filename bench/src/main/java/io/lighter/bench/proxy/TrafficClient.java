package io.lighter.bench.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.HdrHistogram.Histogram;

/**
 * The client: one thread, which is the same for all subjects, and is busy before they are.
 *
 * <p>With a rate its clock decides when a message is due, whether the last answer has come or not,
 * and a time is counted from when it was due: nothing of a stall is left out.
 */
public final class TrafficClient {
  private static final int MESSAGE = 64;
  private static final int BULK = 256 << 10;
  private static final long LONGEST = 60_000_000_000L;
  private static final long SECOND = 1_000_000_000L;

  private final InetSocketAddress to;
  private final String mode;
  private final Selector selector = Selector.open();
  private final ByteBuffer message = ByteBuffer.allocateDirect(BULK);
  private final ByteBuffer answer = ByteBuffer.allocateDirect(BULK);
  private final Histogram times = new Histogram(LONGEST, 3);
  private final Deque<Peer> idle = new ArrayDeque<>();
  private long count;
  private long bytes;
  private boolean counts;

  /** One connection. */
  private static final class Peer {
    private final SocketChannel channel;
    private long due;
    private int missing;

    Peer(SocketChannel channel) {
      this.channel = channel;
    }
  }

  private TrafficClient(InetSocketAddress to, String mode) throws IOException {
    this.to = to;
    this.mode = mode;
  }

  /**
   * Arguments: address, port, {@code turns}, {@code connects}, {@code bulk} or {@code rate},
   * connections, seconds, and messages a second for {@code rate}. Prints what was counted in a
   * second, bytes in a second, and p50, p99 and the largest time in nanoseconds.
   */
  public static void main(String[] args) throws IOException {
    InetSocketAddress to = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
    TrafficClient client = new TrafficClient(to, args[2]);
    int connections = Integer.parseInt(args[3]);
    double seconds = Double.parseDouble(args[4]);
    double rate = args.length > 5 ? Double.parseDouble(args[5]) : 0;
    client.run(connections, seconds, rate);
  }

  private void run(int connections, double seconds, double rate) throws IOException {
    for (int i = 0; i < connections; i++) {
      Peer peer = open();
      if (mode.equals("rate")) {
        idle.add(peer);
      } else {
        begin(peer, System.nanoTime());
      }
    }
    phase(seconds / 2, rate); // the compilers and the caches have their time
    counts = true;
    count = 0;
    bytes = 0;
    long start = System.nanoTime();
    phase(seconds, rate);
    double took = (System.nanoTime() - start) / (double) SECOND;
    System.out.printf(
        "%.1f %.0f %d %d %d%n",
        count / took,
        bytes / took,
        times.getValueAtPercentile(50),
        times.getValueAtPercentile(99),
        times.getMaxValue());
  }

  private Peer open() throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(to);
    channel.configureBlocking(false);
    int interest = mode.equals("bulk") ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    SelectionKey key = channel.register(selector, interest);
    Peer peer = new Peer(channel);
    key.attach(peer);
    return peer;
  }

  private void phase(double seconds, double rate) throws IOException {
    long start = System.nanoTime();
    long end = start + (long) (seconds * SECOND);
    double gap = rate == 0 ? 0 : SECOND / rate;
    long sent = 0;
    while (System.nanoTime() < end) {
      if (rate == 0) {
        selector.select(100);
      } else {
        selector.selectNow();
        long now = System.nanoTime();
        while (start + (long) (sent * gap) <= now && !idle.isEmpty()) {
          begin(idle.poll(), start + (long) (sent * gap));
          sent++;
        }
      }
      Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
      while (keys.hasNext()) {
        SelectionKey key = keys.next();
        keys.remove();
        ready((Peer) key.attachment());
      }
    }
  }

  private void begin(Peer peer, long due) throws IOException {
    if (mode.equals("bulk")) {
      return;
    }
    peer.due = due;
    peer.missing = MESSAGE;
    message.clear().limit(MESSAGE);
    while (message.hasRemaining()) {
      peer.channel.write(message);
    }
  }

  private void ready(Peer peer) throws IOException {
    if (mode.equals("bulk")) {
      message.clear();
      int written = peer.channel.write(message);
      bytes += written;
      return;
    }
    answer.clear();
    int read = peer.channel.read(answer);
    if (read < 0) {
      throw new IOException("the connection has ended");
    }
    peer.missing -= read;
    if (peer.missing > 0) {
      return;
    }
    long now = System.nanoTime();
    count++;
    bytes += MESSAGE;
    if (counts) {
      times.recordValue(Math.min(LONGEST, now - peer.due));
    }
    if (mode.equals("rate")) {
      idle.add(peer);
    } else if (mode.equals("connects")) {
      peer.channel.close();
      long due = System.nanoTime();
      begin(open(), due);
    } else {
      begin(peer, now);
    }
  }
}
