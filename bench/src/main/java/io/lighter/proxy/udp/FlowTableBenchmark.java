package io.lighter.proxy.udp;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.proxy.relay.Binding;
import io.lighter.proxy.relay.InheritedSockets;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The flows of UDP: what a datagram pays to find its own, and a client that comes and goes. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class FlowTableBenchmark {
  private static final int FIRST_PORT = 1024;
  private static final InetSocketAddress FRONT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);
  private static final InetSocketAddress BACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 54);

  @Param({"100", "100000"})
  private int flows;

  private final Arena arena = Arena.ofConfined();
  private final SplittableRandom random = new SplittableRandom(1);
  private final FlowTable table = new FlowTable();
  private final Linux linux = Linux.kernel();
  private final Fd epoll = linux.epoll().create();

  /** Closed: only its number counts here. */
  private final UdpListener listener =
      new UdpListener(
          linux,
          new UdpSockets(linux, Binding.FREE, InheritedSockets.NONE, 1),
          0,
          epoll,
          1,
          new UdpService(
              new Service(
                  "dns",
                  List.of(new Frontend(Transport.UDP, FRONT)),
                  List.of(new Endpoint(BACK)),
                  Behaviour.DEFAULT),
              0),
          FRONT);

  private Flow[] all = {};
  private int next;

  @Setup
  public void fill() {
    all = new Flow[flows];
    for (int i = 0; i < flows; i++) {
      all[i] = new Flow(linux, arena, i);
      assign(all[i], i);
      table.add(all[i]);
    }
  }

  @TearDown
  public void close() {
    epoll.close();
    arena.close();
  }

  /** Clients are many addresses and few ports. */
  private void assign(Flow flow, int client) {
    flow.listener = listener;
    flow.high = 0;
    flow.low = client >> 4;
    flow.port = FIRST_PORT + (client & 15);
  }

  @Benchmark
  public boolean find() {
    int client = random.nextInt(flows);
    return table.find(listener, 0, client >> 4, FIRST_PORT + (client & 15)) != null;
  }

  @Benchmark
  public boolean findOfAStranger() {
    return table.find(listener, 1, random.nextInt(flows), FIRST_PORT) != null;
  }

  /** One goes, and its place is another client's, as when a flow's time is over. */
  @Benchmark
  public void removeAndAdd() {
    Flow flow = all[next];
    next = next + 1 == flows ? 0 : next + 1;
    table.remove(flow);
    assign(flow, (int) (flow.low << 4 | (flow.port - FIRST_PORT)) ^ 1 << 24);
    table.add(flow);
  }
}
