package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Ejection;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Timeouts;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Peers that do harm, and a machine that has run out of something. */
@Timeout(120)
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = Resource.CGROUP, ignoring = "socket:")
class FaultsTest {
  private static final int KILLS = 10;
  private static final InetAddress FRONT = InetAddress.ofLiteral("10.1.0.1");
  private static final long BEING_KILLED = Long.MAX_VALUE;

  /** Sends SYNs from addresses that nobody has: 20 bytes of IPv4, 20 of TCP. */
  private static final String FLOOD =
      """
      import random, socket, struct, sys
      def total(data):
          n = sum(struct.unpack('!%dH' % (len(data) // 2), data))
          n = (n >> 16) + (n & 0xffff)
          return ~(n + (n >> 16)) & 0xffff
      raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
      to = socket.inet_aton('10.1.0.1')
      for i in range(int(sys.argv[1])):
          source = struct.pack('!BBH', 10, 9, random.randrange(65536))
          port, sequence = random.randrange(1024, 65536), random.randrange(1 << 32)
          ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 40, i & 0xffff, 0, 64, 6, 0, source, to)
          tcp = struct.pack('!HHLLBBHHH', port, 80, sequence, 0, 0x50, 2, 65535, 0, 0)
          check = total(source + to + struct.pack('!BBH', 0, 6, 20) + tcp)
          raw.sendto(ip + tcp[:16] + struct.pack('!H', check) + tcp[18:], ('10.1.0.1', 0))
      """;

  private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();

  private static Timeouts idle(int millis) {
    Duration second = Duration.ofSeconds(1);
    return new Timeouts(second, Duration.ofMillis(millis), second, Duration.ZERO);
  }

  private static Service web(InetSocketAddress front, Behaviour behaviour, Endpoint... endpoints) {
    List<Frontend> at = List.of(new Frontend(Transport.TCP, front));
    return new Service("web", at, List.of(endpoints), behaviour);
  }

  private static void exchange(Socket socket, int what) throws IOException {
    socket.getOutputStream().write(what);
    assertThat(socket.getInputStream().read()).isEqualTo(what);
  }

  private static long counter(NetNamespace namespace, String name) throws Exception {
    List<String> lines = namespace.shell("grep ^TcpExt: /proc/net/netstat").lines().toList();
    List<String> names = List.of(lines.getFirst().split(" ", -1));
    return Long.parseLong(lines.getLast().split(" ", -1)[names.indexOf(name)]);
  }

  /** The kernel answers with cookies, and remembers nobody who does not come back with one. */
  @Test
  @RequiresRoot
  @RequiresTool("ip")
  @RequiresTool("python3")
  @RequiresTool(value = "nsenter", debianPackage = "util-linux")
  void shouldServeThroughAFloodOfSyns() throws Exception {
    try (NetNamespace clients = new NetNamespace();
        NetNamespace middle = new NetNamespace()) {
      middle.connect("front", clients, "c0", "10.1.0.1/24", "10.1.0.2/24");
      middle.shell(
          "ip route add default via 10.1.0.2; echo 0 >/proc/sys/net/ipv4/conf/front/rp_filter;"
              + " echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter");
      RelayConfig config = RelayConfig.of(errors::add).withLoops(1).withBacklog(16);
      try (EchoServer server = middle.run(() -> new EchoServer('a'));
          Relay relay = middle.run(() -> Relay.open(Linux.kernel(), config))) {
        Service service =
            web(new InetSocketAddress(FRONT, 80), Behaviour.DEFAULT, server.endpoint());
        assertThat(middle.run(() -> relay.apply(new ServiceTable(List.of(service))))).isEmpty();
        try (Socket old = clients.run(() -> new Socket(FRONT, 80))) {
          assertThat(Rig.name(old)).isEqualTo('a');
          for (int round = 0; round < 5; round++) {
            clients.shell("python3 - 2000 <<'EOF'\n" + FLOOD + "EOF");
            exchange(old, round);
            try (Socket fresh = clients.run(() -> new Socket(FRONT, 80))) {
              assertThat(Rig.name(fresh)).isEqualTo('a');
              exchange(fresh, 7);
            }
          }
        }
        assertThat(counter(middle, "SyncookiesSent")).isPositive();
        assertThat(relay.statistics().service("web").accepted()).isEqualTo(6);
      }
    }
    assertThat(errors).isEmpty();
  }

  /** There are four ports towards each endpoint, and ten clients. */
  @Test
  @RequiresRoot
  @RequiresTool("ip")
  @RequiresTool(value = "nsenter", debianPackage = "util-linux")
  void shouldGoToAnotherEndpointWhenPortsHaveRunOut() throws Exception {
    try (NetNamespace clients = new NetNamespace();
        NetNamespace middle = new NetNamespace()) {
      middle.connect("front", clients, "c0", "10.1.0.1/24", "10.1.0.2/24");
      RelayConfig config = RelayConfig.of(errors::add).withLoops(1);
      try (EchoServer a = middle.run(() -> new EchoServer('a'));
          EchoServer b = middle.run(() -> new EchoServer('b'));
          Relay relay = middle.run(() -> Relay.open(Linux.kernel(), config))) {
        middle.shell("echo 20000 20003 >/proc/sys/net/ipv4/ip_local_port_range");
        Behaviour behaviour = Behaviour.DEFAULT.with(new Ejection(1, Duration.ofMinutes(1)));
        Service service =
            web(new InetSocketAddress(FRONT, 80), behaviour, a.endpoint(), b.endpoint());
        assertThat(middle.run(() -> relay.apply(new ServiceTable(List.of(service))))).isEmpty();
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          open.add(clients.run(() -> new Socket(FRONT, 80)));
          assertThat(Rig.name(open.getLast())).isBetween('a', 'b');
        }
        try (Socket late = clients.run(() -> new Socket(FRONT, 80))) {
          assertThat(Rig.name(late)).isEqualTo('-');
        }
        for (Socket each : open) {
          exchange(each, 3);
        }
        RelayStatistics.OfService counted = relay.statistics().service("web");
        assertThat(counted.endings()).containsEntry(Ending.RESOURCES, 1L);
        assertThat(counted.endpoints()).as("nothing of it is theirs").noneMatch(e -> e.ejected());
        for (Socket each : open) {
          each.close();
        }
        // The kernel keeps the port of a connection that has ended for a while.
        await()
            .until(
                () -> {
                  try (Socket again = clients.run(() -> new Socket(FRONT, 80))) {
                    return Rig.name(again) != '-';
                  }
                });
      }
    }
    assertThat(errors).isEmpty();
  }

  @Test
  void shouldEndWhatAnEndpointAcceptsAndNeverAnswers() throws Exception {
    try (Rig rig = new Rig();
        ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      rig.apply(Behaviour.DEFAULT.with(idle(300)), new Endpoint(silent.getLocalSocketAddress()));
      try (Socket client = rig.connect()) {
        client.getOutputStream().write(1);
        assertThat(client.getInputStream().read()).as("nothing is lost by it").isEqualTo(-1);
      }
      await().until(() -> rig.statistics().ended(Ending.IDLE) == 1);
    }
  }

  /** They keep their connections, and nobody has to wait for them. */
  @Test
  void shouldNotWaitForThoseWhoSendAByteNowAndThen() throws Exception {
    try (Rig rig = new Rig(Linux.kernel(), 1)) {
      rig.apply(Behaviour.DEFAULT.with(idle(2_000)), rig.server('a').endpoint());
      List<Socket> slow = new ArrayList<>();
      try {
        for (int i = 0; i < 100; i++) {
          slow.add(rig.connect());
        }
        for (int round = 0; round < 4; round++) {
          Thread.sleep(1_000);
          for (Socket each : slow) {
            each.getOutputStream().write(round);
          }
          assertThat(rig.ask()).isEqualTo('a');
        }
        for (Socket each : slow) {
          assertThat(each.getInputStream().readNBytes(5)).containsExactly('a', 0, 1, 2, 3);
        }
        assertThat(rig.statistics().ended(Ending.IDLE)).isZero();
      } finally {
        for (Socket each : slow) {
          each.close();
        }
      }
    }
  }

  /** Only who was connected to it when it was killed has lost anything. */
  @Test
  void shouldRetryWhileAnEndpointIsKilledUnderLoad() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong lastKill = new AtomicLong(System.nanoTime());
    AtomicInteger done = new AtomicInteger();
    Queue<String> lost = new ConcurrentLinkedQueue<>();
    InetSocketAddress place = Rig.freePort();
    try (Rig rig = new Rig()) {
      rig.apply(
          Behaviour.DEFAULT.with(new Ejection(2, Duration.ofMillis(20))),
          rig.server('a').endpoint(),
          new Endpoint(place));
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clients.add(new Thread(() -> askUntil(rig, over, lastKill, done, lost)));
        clients.getLast().start();
      }
      try {
        for (int i = 0; i < KILLS; i++) {
          EchoServer victim = new EchoServer('b', place.getPort());
          int before = victim.accepted.get();
          await().until(() -> victim.accepted.get() > before + 5);
          lastKill.set(BEING_KILLED);
          victim.close();
          lastKill.set(System.nanoTime());
          int asked = done.get();
          await().until(() -> done.get() > asked + 20);
        }
      } finally {
        over.set(true);
        for (Thread client : clients) {
          client.join();
        }
      }
      assertThat(lost).isEmpty();
      assertThat(rig.statistics().endpoints().getLast().failures()).isPositive();
    }
  }

  private static void askUntil(
      Rig rig, AtomicBoolean over, AtomicLong lastKill, AtomicInteger done, Queue<String> lost) {
    while (!over.get()) {
      long began = System.nanoTime();
      try {
        char answer = rig.ask();
        // Of who began before the kill was over, the endpoint may have been the victim.
        long killed = lastKill.get();
        boolean mayBeLost = killed == BEING_KILLED || began - killed < 0;
        if (answer != 'a' && answer != 'b' && !mayBeLost) {
          lost.add("asked " + answer);
        }
      } catch (IOException e) {
        lost.add(e.toString());
      }
      done.incrementAndGet();
    }
  }
}
