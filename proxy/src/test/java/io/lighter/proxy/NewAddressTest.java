package io.lighter.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Addresses;
import io.lighter.linux.InterfaceAddress;
import io.lighter.linux.Links;
import io.lighter.linux.Linux;
import io.lighter.linux.NetlinkFlags;
import io.lighter.linux.NetlinkSocket;
import io.lighter.linux.Sched;
import io.lighter.proxy.relay.RelayConfig;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.IpText;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An address that the machine gets after a service was put at it. */
@RequiresRoot
class NewAddressTest {
  private static final Duration AT_MOST = Duration.ofSeconds(20);
  private static final int LOOPBACK = 1;
  private static final long FOR_EVER = 0xffffffffL;
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(IpText.address("198.51.100.7"), 80);

  private final Linux linux = Linux.kernel();

  /** The JDK opens descriptors of its own with the first sockets, and keeps them. */
  @BeforeAll
  static void warmUp() throws IOException {
    new Socket().close();
  }

  /** A balancer that has been asked to listen at an address that is to come. */
  private interface Step {
    void take(LoadBalancer balancer, Addresses addresses) throws Exception;
  }

  @Test
  @LeavesNothing
  void shouldListenAtAnAddressAsSoonAsItIsThere() throws Exception {
    inOwnNamespace(
        (balancer, addresses) -> {
          add(addresses, ADDRESS.getAddress());
          await(() -> isThere(ADDRESS));
        });
  }

  @Test
  @LeavesNothing
  void shouldTellOnceWhenItCannotListenThere() throws Exception {
    Queue<String> problems = new ConcurrentLinkedQueue<>();
    inOwnNamespace(
        (balancer, addresses) -> {
          balancer.onProblem(problems::add);
          try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress(ADDRESS.getPort()));
            add(addresses, ADDRESS.getAddress());
            await(() -> !problems.isEmpty());
            InetSocketAddress next = new InetSocketAddress(IpText.address("198.51.100.8"), 82);
            assertThat(balancer.apply(ServiceChanges.put(web("next", next))))
                .singleElement()
                .asString()
                .contains("198.51.100.8");
            add(addresses, next.getAddress());
            await(() -> isThere(next));
          }
        });
    // The second time it is told is after a change of services.
    assertThat(problems).hasSizeBetween(1, 2).allMatch(p -> p.contains("198.51.100.7"));
  }

  private void inOwnNamespace(Step step) throws Exception {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              linux.processes().unshare(Sched.CLONE_NEWNET);
              take(step);
              return null;
            });
    Thread thread = Thread.ofPlatform().start(task);
    task.get();
    thread.join();
  }

  private void take(Step step) throws Exception {
    try (Arena arena = Arena.ofConfined();
        NetlinkSocket route = linux.netlink().open(NetlinkFlags.NETLINK_ROUTE, arena);
        LoadBalancer balancer =
            LoadBalancer.open(linux, RelayConfig.of(Throwable::printStackTrace))) {
      new Links(route).up(LOOPBACK);
      assertThat(balancer.apply(ServiceChanges.put(web("web", ADDRESS))))
          .singleElement()
          .asString()
          .contains("198.51.100.7", "this machine does not have the address");
      step.take(balancer, new Addresses(route));
    }
  }

  private static Service web(String name, InetSocketAddress address) {
    return new Service(
        name,
        List.of(new Frontend(Transport.TCP, address)),
        List.of(new Endpoint(new InetSocketAddress(IpText.address("127.0.0.1"), 81))),
        Behaviour.DEFAULT);
  }

  private static void add(Addresses addresses, InetAddress address) {
    addresses.set(
        LOOPBACK, new InterfaceAddress(address, 32, null, null, 0, 0, 0, FOR_EVER, FOR_EVER));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + AT_MOST.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it came to that").isLessThan(end);
      Thread.sleep(10);
    }
  }

  private static boolean isThere(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
