package io.lighter.bench.jmh;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.linux.Linux;
import io.lighter.proxy.ebpf.Capacity;
import io.lighter.proxy.ebpf.ConnectBalancer;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long it takes until the kernel balances by a new table: 10,000 services of ten endpoints into
 * empty maps (aim: half a second), and one service of them with another endpoint (aim: a
 * millisecond), by a whole table and by itself. Needs root and cgroup v2.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 20)
@Fork(1)
public class ConnectBalancerBenchmark {
  private static final int SERVICES = 10_000;
  private static final int ENDPOINTS = 10;
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  /** The first of 10.96.0.0/12 and 10.1.0.0/16. */
  private static final int FIRST_SERVICE = 10 << 24 | 96 << 16;

  private static final int FIRST_ENDPOINT = 10 << 24 | 1 << 16;

  private final List<Service> services = new ArrayList<>();
  private ServiceTable table = ServiceTable.EMPTY;
  private ServiceTable changed = ServiceTable.EMPTY;
  private @Nullable Cgroup cgroup;
  private @Nullable ConnectBalancer balancer;

  @Setup
  public void make() throws UnknownHostException {
    cgroup =
        CgroupTree.locate(Linux.kernel()).create("/lighter-jmh-" + ProcessHandle.current().pid());
    for (int i = 0; i < SERVICES; i++) {
      services.add(service(i, 0));
    }
    table = new ServiceTable(services);
    services.set(SERVICES / 2, service(SERVICES / 2, 1));
    changed = new ServiceTable(services);
  }

  private static Service service(int number, int firstEndpoint) throws UnknownHostException {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = firstEndpoint; i < firstEndpoint + ENDPOINTS; i++) {
      int endpoint = FIRST_ENDPOINT + number * (ENDPOINTS + 1) + i;
      endpoints.add(new Endpoint(new InetSocketAddress(address(endpoint), 8080)));
    }
    InetSocketAddress address = new InetSocketAddress(address(FIRST_SERVICE + number), 80);
    List<Frontend> frontends = List.of(new Frontend(Transport.TCP, address));
    return new Service("service-" + number, frontends, endpoints, Behaviour.DEFAULT);
  }

  private static InetAddress address(int number) throws UnknownHostException {
    return InetAddress.getByAddress(
        new byte[] {
          (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
        });
  }

  @Setup(Level.Invocation)
  public void open() {
    ConnectBalancer opened =
        ConnectBalancer.open(Linux.kernel(), Objects.requireNonNull(cgroup).fd(), Capacity.DEFAULT);
    balancer = opened;
  }

  @TearDown(Level.Invocation)
  public void close() {
    Objects.requireNonNull(balancer).close();
  }

  @TearDown
  public void remove() {
    try (Cgroup made = Objects.requireNonNull(cgroup)) {
      made.remove(AT_ONCE);
    }
  }

  @Benchmark
  public Object tenThousandServices() {
    return Objects.requireNonNull(balancer).apply(table);
  }

  /** With the table in the maps already. */
  @State(Scope.Benchmark)
  public static class Filled {
    @Setup(Level.Invocation)
    public void fill(ConnectBalancerBenchmark benchmark) {
      Objects.requireNonNull(benchmark.balancer).apply(benchmark.table);
    }
  }

  @Benchmark
  public Object oneChangeByATable(Filled filled) {
    return Objects.requireNonNull(balancer).apply(changed);
  }

  @Benchmark
  public Object oneChangeByItself(Filled filled) {
    return Objects.requireNonNull(balancer).put(services.get(SERVICES / 2));
  }
}
