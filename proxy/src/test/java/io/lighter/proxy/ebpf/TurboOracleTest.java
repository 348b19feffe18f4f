package io.lighter.proxy.ebpf;

import static io.lighter.proxy.ebpf.TurboTest.turbo;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.relay.Peer;
import io.lighter.proxy.relay.Peer.Outcome;
import io.lighter.proxy.relay.Schedule;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever two sides do, they see what they would see of each other by TCP, though some of it skips
 * TCP. Each schedule runs both ways, and what both sides saw is compared.
 */
@RequiresRoot
@LeavesNothing(cgroups = "lighter-connect", ignoring = "socket:")
class TurboOracleTest extends BalancerFixture {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Path before = Path.of("");

  /** Both sides are threads of this process. */
  @BeforeEach
  void enterCgroup() throws IOException {
    String own = Files.readAllLines(Path.of("/proc/self/cgroup")).getLast();
    before = folder.resolveSibling(own.substring("0::/".length()));
    move(folder);
  }

  @AfterEach
  void leaveCgroup() throws IOException {
    threads.close();
    move(before);
  }

  private static void move(Path to) throws IOException {
    Files.writeString(to.resolve("cgroup.procs"), Long.toString(ProcessHandle.current().pid()));
  }

  private Outcome[] run(ServerSocketChannel server, SocketAddress to, Schedule schedule)
      throws Exception {
    SocketChannel client = SocketChannel.open(to);
    SocketChannel accepted = server.accept();
    Schedule.Side here = schedule.client();
    Schedule.Side there = schedule.server();
    return Peer.run(
        threads,
        new Peer(client, here, there.stream(), schedule.exact()),
        new Peer(accepted, there, here.stream(), schedule.exact()));
  }

  private void check(ServerSocketChannel server, SocketAddress front, Schedule schedule)
      throws Exception {
    Outcome[] turbo = run(server, front, schedule);
    Outcome[] direct = run(server, server.getLocalAddress(), schedule);
    String what = schedule.toString();
    if (schedule.orderly()) {
      assertThat(turbo).as(what).isEqualTo(direct);
      assertThat(turbo[0]).isEqualTo(new Outcome(schedule.server().length(), true, false));
      assertThat(turbo[1]).isEqualTo(new Outcome(schedule.client().length(), true, false));
      return;
    }
    int survivor = schedule.client().resets() ? 1 : 0;
    assertThat(turbo[survivor].intact()).as(what).isTrue();
    assertThat(turbo[1 - survivor].intact()).as(what).isTrue();
    assertThat(turbo[survivor].reset()).as(what).isTrue();
    if (schedule.exact()) {
      assertThat(turbo[survivor]).as(what).isEqualTo(direct[survivor]);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 127.0.0.1, 10.96.0.10", "2, ::1, fd00:96::10", "3, 127.0.0.1, 10.96.0.10"})
  void shouldBeAsItIsByTcp(long seed, String host, String vip) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(address(host, 0));
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      ConnectBalancer balancer = balancer();
      balancer.apply(table(turbo("rpc", vip, host, port)));
      assertThat(balancer.turboObstacle()).isNull();
      int count = 120;
      for (int i = 0; i < count; i++) {
        check(server, address(vip, 80), Schedule.of(random, true));
      }
      assertThat(balancer.turboStatistics().connections()).isEqualTo(count);
    }
  }
}
