package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.proxy.relay.Peer.Outcome;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever two sides do, they see through the relay what they see without it. Each schedule runs
 * both ways, and what both sides saw is compared.
 */
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = {Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class OracleTest {
  private static final int AT_ONCE = 4;

  private final Linux linux = Linux.kernel();
  private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
  private int spliceAfter = 64 << 10;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void shouldHaveHadNoErrors() {
    threads.close();
    assertThat(errors).isEmpty();
  }

  private static InetSocketAddress freePort(InetAddress ip) throws Exception {
    try (ServerSocketChannel probe = ServerSocketChannel.open()) {
      probe.bind(new InetSocketAddress(ip, 0));
      return (InetSocketAddress) probe.getLocalAddress();
    }
  }

  /** A server of one connection at a time. */
  private record Pairs(SocketAddress front, ServerSocketChannel server) {
    SocketChannel[] connect(boolean direct) throws Exception {
      SocketChannel client = SocketChannel.open(direct ? server.getLocalAddress() : front);
      return new SocketChannel[] {client, server.accept()};
    }
  }

  private Outcome[] run(Pairs rig, Schedule schedule, boolean direct) throws Exception {
    SocketChannel[] ends = rig.connect(direct);
    Schedule.Side client = schedule.client();
    Schedule.Side server = schedule.server();
    return Peer.run(
        threads,
        new Peer(ends[0], client, server.stream(), schedule.exact()),
        new Peer(ends[1], server, client.stream(), schedule.exact()));
  }

  private void check(Pairs rig, Schedule schedule) throws Exception {
    Outcome[] relayed = run(rig, schedule, false);
    Outcome[] direct = run(rig, schedule, true);
    String what = schedule.toString();
    if (schedule.orderly()) {
      assertThat(relayed).as(what).isEqualTo(direct);
      assertThat(relayed[0]).isEqualTo(new Outcome(schedule.server().length(), true, false));
      assertThat(relayed[1]).isEqualTo(new Outcome(schedule.client().length(), true, false));
      return;
    }
    int survivor = schedule.client().resets() ? 1 : 0;
    assertThat(relayed[survivor].intact()).as(what).isTrue();
    assertThat(relayed[1 - survivor].intact()).as(what).isTrue();
    assertThat(relayed[survivor].reset()).as(what).isTrue();
    if (schedule.exact()) {
      assertThat(relayed[survivor]).as(what).isEqualTo(direct[survivor]);
    }
  }

  private void checkAll(
      long seed,
      int count,
      boolean mayReset,
      InetSocketAddress front,
      List<? extends SocketAddress> servers)
      throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Queue<Schedule> schedules = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < count; i++) {
      schedules.add(Schedule.of(random, mayReset));
    }
    List<Service> services = new ArrayList<>();
    List<Pairs> rigs = new ArrayList<>();
    for (SocketAddress at : servers) {
      ServerSocketChannel server =
          at instanceof UnixDomainSocketAddress
              ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
              : ServerSocketChannel.open();
      server.bind(at);
      InetSocketAddress place = freePort(front.getAddress());
      rigs.add(new Pairs(place, server));
      services.add(
          new Service(
              "s" + services.size(),
              List.of(new Frontend(Transport.TCP, place)),
              List.of(new Endpoint(server.getLocalAddress())),
              Behaviour.DEFAULT));
    }
    RelayConfig config = RelayConfig.of(errors::add).withLoops(2).withSpliceAfter(spliceAfter);
    try (Relay relay = Relay.open(linux, config)) {
      assertThat(relay.apply(new ServiceTable(services))).isEmpty();
      List<Future<?>> results = new ArrayList<>();
      for (Pairs rig : rigs) {
        results.add(
            threads.submit(
                () -> {
                  for (Schedule s = schedules.poll(); s != null; s = schedules.poll()) {
                    check(rig, s);
                  }
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      for (Pairs rig : rigs) {
        rig.server().close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 65536, 127.0.0.1", "2, 0, 127.0.0.1", "3, 16384, ::1", "4, 2000000000, ::1"})
  void shouldBeAsIfThereWereNoRelay(long seed, int spliceAfter, String ip) throws Exception {
    this.spliceAfter = spliceAfter;
    InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral(ip), 0);
    checkAll(seed, 100, true, any, Collections.nCopies(AT_ONCE, any));
  }

  @Test
  void shouldBeAsIfThereWereNoRelayToAPath(@TempDir Path folder) throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    List<SocketAddress> paths = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      paths.add(UnixDomainSocketAddress.of(folder.resolve("s" + i)));
    }
    checkAll(5, 60, false, any, paths);
  }
}
