package io.lighter.bench.jmh;

import io.lighter.linux.Linux;
import io.lighter.proxy.relay.Relay;
import io.lighter.proxy.relay.RelayConfig;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Tier one's event loop on loopback, between a client, which is the benchmark's thread, and a
 * backend's thread; {@code direct} has no relay between them, and is the ceiling. A round trip of
 * 64 bytes, a connection of one round trip, and a MiB to the backend that is answered by a byte:
 * copied, or spliced from the first byte on.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class RelayBenchmark {
  private static final int MESSAGE = 64;
  private static final int BULK = 1 << 20;

  /** The way. */
  public enum Way {
    DIRECT,
    COPY,
    SPLICE
  }

  @Param private Way way = Way.DIRECT;

  private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE);
  private final ByteBuffer bulk = ByteBuffer.allocateDirect(BULK);
  private final ByteBuffer mark = ByteBuffer.allocateDirect(1);
  private @Nullable EchoBackend backend;
  private @Nullable Relay relay;
  private @Nullable InetSocketAddress to;
  private @Nullable SocketChannel turns;
  private @Nullable SocketChannel flood;

  @Setup(Level.Trial)
  public void open() throws IOException {
    EchoBackend echo = new EchoBackend();
    backend = echo;
    to = way == Way.DIRECT ? echo.address() : relayed(echo.address());
    turns = connect();
    flood = connect();
    send(Objects.requireNonNull(flood), mark(EchoBackend.BULK));
  }

  private InetSocketAddress relayed(InetSocketAddress endpoint) throws IOException {
    InetSocketAddress front;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      front = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
    }
    RelayConfig config = RelayConfig.of(Throwable::printStackTrace).withLoops(1);
    Relay opened =
        Relay.open(
            Linux.kernel(), config.withSpliceAfter(way == Way.SPLICE ? 0 : Integer.MAX_VALUE));
    relay = opened;
    Service service =
        new Service(
            "bench",
            List.of(new Frontend(Transport.TCP, front)),
            List.of(new Endpoint(endpoint)),
            Behaviour.DEFAULT);
    if (!opened.apply(new ServiceTable(List.of(service))).isEmpty()) {
      throw new IOException("the port that was free is taken: " + front);
    }
    return front;
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    Objects.requireNonNull(turns).close();
    Objects.requireNonNull(flood).close();
    if (relay != null) {
      relay.close();
    }
    Objects.requireNonNull(backend).close();
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(Objects.requireNonNull(to));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel;
  }

  private ByteBuffer mark(byte kind) {
    return mark.clear().put(0, kind);
  }

  private static void send(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void receive(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new IOException("the connection has ended");
      }
    }
  }

  private void turn(SocketChannel channel) throws IOException {
    send(channel, message.clear());
    receive(channel, message.clear());
  }

  @Benchmark
  public void roundTrip() throws IOException {
    turn(Objects.requireNonNull(turns));
  }

  @Benchmark
  public void connection() throws IOException {
    try (SocketChannel channel = connect()) {
      turn(channel);
    }
  }

  @Benchmark
  public void mebibyte() throws IOException {
    SocketChannel channel = Objects.requireNonNull(flood);
    send(channel, bulk.clear());
    receive(channel, mark.clear());
  }
}
