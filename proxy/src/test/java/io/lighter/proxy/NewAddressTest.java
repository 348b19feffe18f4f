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
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An address that the machine gets after a service was put at it. */
@RequiresRoot
class NewAddressTest {
  private static final Duration AT_MOST = Duration.ofSeconds(20);
  private static final int LOOPBACK = 1;
  private static final long FOR_EVER = 0xffffffffL;

  private final Linux linux = Linux.kernel();

  /** The JDK opens descriptors of its own with the first sockets, and keeps them. */
  @BeforeAll
  static void warmUp() throws IOException {
    new Socket().close();
  }

  @Test
  @LeavesNothing
  void shouldListenAtAnAddressAsSoonAsItIsThere() throws Exception {
    FutureTask<Void> inOwnNamespace =
        new FutureTask<>(
            () -> {
              linux.processes().unshare(Sched.CLONE_NEWNET);
              checkHere();
              return null;
            });
    Thread thread = Thread.ofPlatform().start(inOwnNamespace);
    inOwnNamespace.get();
    thread.join();
  }

  private void checkHere() throws Exception {
    InetSocketAddress address = new InetSocketAddress(IpText.address("198.51.100.7"), 80);
    Service web =
        new Service(
            "web",
            List.of(new Frontend(Transport.TCP, address)),
            List.of(new Endpoint(new InetSocketAddress(IpText.address("127.0.0.1"), 81))),
            Behaviour.DEFAULT);
    try (Arena arena = Arena.ofConfined();
        NetlinkSocket route = linux.netlink().open(NetlinkFlags.NETLINK_ROUTE, arena);
        LoadBalancer balancer =
            LoadBalancer.open(linux, RelayConfig.of(Throwable::printStackTrace))) {
      new Links(route).up(LOOPBACK);
      assertThat(balancer.apply(ServiceChanges.put(web)))
          .singleElement()
          .asString()
          .contains("198.51.100.7", "this machine does not have the address");
      new Addresses(route)
          .set(
              LOOPBACK,
              new InterfaceAddress(
                  address.getAddress(), 32, null, null, 0, 0, 0, FOR_EVER, FOR_EVER));
      long end = System.nanoTime() + AT_MOST.toNanos();
      while (!isThere(address)) {
        assertThat(System.nanoTime()).as("it listens").isLessThan(end);
        Thread.sleep(10);
      }
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
