package io.lighter.bench.jmh;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.linux.Linux;
import io.lighter.proxy.LoadBalancer;
import io.lighter.proxy.ebpf.Capacity;
import io.lighter.proxy.ebpf.ConnectBalancer;
import io.lighter.proxy.kube.MalformedObjectException;
import io.lighter.proxy.kube.ProxyNode;
import io.lighter.proxy.kube.ServiceProxyRules;
import io.lighter.proxy.relay.RelayConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * How long it takes from an object of Kubernetes that has changed until both tiers balance by it,
 * beside 10,000 services of ten endpoints (aim: a millisecond). Needs root and cgroup v2.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ServiceChangeBenchmark {
  private static final int SERVICES = 10_000;
  private static final int ENDPOINTS = 10;
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final ServiceProxyRules rules =
      new ServiceProxyRules(new ProxyNode("n1"), ServiceProxyRules.USUAL);
  private @Nullable Cgroup cgroup;
  private @Nullable LoadBalancer balancer;
  private int turn;

  @Setup(Level.Trial)
  public void make() {
    Cgroup made =
        CgroupTree.locate(Linux.kernel()).create("/lighter-jmh-" + ProcessHandle.current().pid());
    cgroup = made;
    LoadBalancer opened =
        LoadBalancer.open(
            Linux.kernel(),
            RelayConfig.of(Throwable::printStackTrace),
            ConnectBalancer.open(Linux.kernel(), made.fd(), Capacity.DEFAULT));
    balancer = opened;
    List<Map<?, ?>> objects = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      objects.add(service(i));
      objects.add(slice(i, 0));
    }
    opened.apply(rules.replace(objects).changes());
  }

  @TearDown(Level.Trial)
  public void remove() {
    Objects.requireNonNull(balancer).close();
    try (Cgroup made = Objects.requireNonNull(cgroup)) {
      made.remove(AT_ONCE);
    }
  }

  private static Map<?, ?> service(int number) {
    return Map.of(
        "apiVersion",
        "v1",
        "kind",
        "Service",
        "metadata",
        Map.of("name", "s" + number),
        "spec",
        Map.of(
            "clusterIPs",
            List.of("10.%d.%d.%d".formatted(96, number >> 8, number & 0xff)),
            "ports",
            List.of(Map.of("port", 80))));
  }

  private static Map<?, ?> slice(int number, int first) {
    List<Map<?, ?>> endpoints = new ArrayList<>();
    for (int i = first; i < first + ENDPOINTS; i++) {
      String address = "10.%d.%d.%d".formatted(100 + i, number >> 8, number & 0xff);
      endpoints.add(Map.of("addresses", List.of(address)));
    }
    return Map.of(
        "apiVersion",
        "discovery.k8s.io/v1",
        "kind",
        "EndpointSlice",
        "metadata",
        Map.of("name", "s" + number, "labels", Map.of("kubernetes.io/service-name", "s" + number)),
        "addressType",
        "IPv4",
        "ports",
        List.of(Map.of("name", "", "port", 8080)),
        "endpoints",
        endpoints);
  }

  /** A slice whose first endpoint goes, and a new one comes; and back the next time. */
  @Benchmark
  public Object oneSliceChanges() throws MalformedObjectException {
    return apply(slice(SERVICES / 2, ++turn & 1));
  }

  /** A Service that comes, with its slice, and goes: three changes. */
  @Benchmark
  public Object oneServiceComesAndGoes() throws MalformedObjectException {
    apply(service(SERVICES));
    apply(slice(SERVICES, 0));
    return Objects.requireNonNull(balancer).apply(rules.remove(service(SERVICES)).changes());
  }

  private List<String> apply(Map<?, ?> object) throws MalformedObjectException {
    return Objects.requireNonNull(balancer).apply(rules.put(object).changes());
  }
}
