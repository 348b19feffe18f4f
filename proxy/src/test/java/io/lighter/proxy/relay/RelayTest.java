package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.proxy.service.AddressRange;
import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Ejection;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.HealthCheck;
import io.lighter.proxy.service.Limits;
import io.lighter.proxy.service.NoEndpoint;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Timeouts;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(JdkSockets.class)
@LeavesNothing(except = {Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class RelayTest {
  private static final Behaviour DEFAULT = Behaviour.DEFAULT;

  private static Timeouts timeouts(int connect, int idle, int drain) {
    return new Timeouts(
        Duration.ofMillis(connect),
        Duration.ofMillis(idle),
        Duration.ofSeconds(1),
        Duration.ofMillis(drain));
  }

  private static String asks(Rig rig, int times) throws IOException {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < times; i++) {
      names.append(rig.ask());
    }
    return names.toString();
  }

  private static long count(String names, char name) {
    return names.chars().filter(c -> c == name).count();
  }

  @Test
  void shouldTakeTurns() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint a = rig.server('a').endpoint();
      Endpoint b = new Endpoint(rig.server('b').address(), 3, false);
      rig.apply(DEFAULT, a, b);
      String names = asks(rig, 40);
      assertThat(count(names, 'a')).isBetween(9L, 11L);
      assertThat(count(names, 'b')).isBetween(29L, 31L);
      await().until(() -> rig.statistics().active() == 0);
      RelayStatistics.OfService counted = rig.statistics();
      assertThat(counted.accepted()).isEqualTo(40);
      assertThat(counted.bytesFrom()).isEqualTo(40);
      assertThat(counted.endpoints())
          .extracting("total")
          .containsExactly(count(names, 'a'), count(names, 'b'));
      assertThat(rig.relay.statistics().connectTimes().getTotalCount()).isEqualTo(40);
    }
  }

  @Test
  void shouldTryAnotherEndpointAndEjectTheOneThatRefuses() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint good = rig.server('a').endpoint();
      Endpoint gone = new Endpoint(Rig.freePort());
      rig.apply(DEFAULT.with(new Ejection(2, Duration.ofSeconds(60))), gone, good);
      assertThat(asks(rig, 20)).isEqualTo("a".repeat(20));
      RelayStatistics.OfEndpoint refusing = rig.statistics().endpoints().getFirst();
      assertThat(refusing.failures()).isEqualTo(2);
      assertThat(refusing.ejections()).isEqualTo(1);
      assertThat(refusing.ejected()).isTrue();
    }
  }

  @Test
  void shouldTakeAnEjectedEndpointBackAndNeverEjectTheLast() throws Exception {
    try (Rig rig = new Rig()) {
      InetSocketAddress place = Rig.freePort();
      rig.apply(DEFAULT.with(new Ejection(1, Duration.ofMillis(300))), new Endpoint(place));
      assertThat(asks(rig, 3)).isEqualTo("---");
      assertThat(rig.statistics().endings()).containsEntry(Ending.UNREACHABLE, 3L);
      assertThat(rig.statistics().endpoints().getFirst().ejections()).isZero();
      try (EchoServer back = new EchoServer('b', place.getPort())) {
        assertThat(back.endpoint().address()).isEqualTo(place);
        assertThat(rig.ask()).isEqualTo('b');
      }
      Endpoint other = rig.server('a').endpoint();
      rig.apply(DEFAULT.with(new Ejection(1, Duration.ofMillis(300))), new Endpoint(place), other);
      assertThat(asks(rig, 3)).isEqualTo("aaa");
      try (EchoServer again = new EchoServer('c', place.getPort())) {
        await().until(() -> rig.ask() == 'c');
        assertThat(again.accepted.get()).isPositive();
      }
    }
  }

  @Test
  void shouldGiveUpAfterTheAttempts() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint[] endpoints = new Endpoint[5];
      for (int i = 0; i < 5; i++) {
        endpoints[i] = new Endpoint(Rig.freePort());
      }
      rig.apply(DEFAULT.withAttempts(2).with(Ejection.NEVER), endpoints);
      assertThat(rig.ask()).isEqualTo('-');
      long failures =
          rig.statistics().endpoints().stream()
              .mapToLong(RelayStatistics.OfEndpoint::failures)
              .sum();
      assertThat(failures).isEqualTo(2);
    }
  }

  @Test
  void shouldTryAnotherEndpointWhenOneDoesNotAnswer() throws Exception {
    try (Rig rig = new Rig();
        ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // Its queue is full, so the kernel drops what comes.
      List<Socket> waiting = new ArrayList<>();
      try {
        for (int i = 0; i < 2; i++) {
          waiting.add(new Socket(deaf.getInetAddress(), deaf.getLocalPort()));
        }
        rig.apply(
            DEFAULT.with(timeouts(100, 0, 0)).with(new Ejection(1, Duration.ofSeconds(60))),
            new Endpoint(deaf.getLocalSocketAddress()),
            rig.server('a').endpoint());
        assertThat(asks(rig, 4)).isEqualTo("aaaa");
        assertThat(rig.statistics().endpoints().getFirst().failures()).isEqualTo(1);
      } finally {
        for (Socket socket : waiting) {
          socket.close();
        }
      }
    }
  }

  @Test
  void shouldEndAConnectionThatIsIdleAndNoOther() throws Exception {
    try (Rig rig = new Rig()) {
      rig.apply(DEFAULT.with(timeouts(1000, 400, 0)), rig.server('a').endpoint());
      try (Socket idle = rig.connect();
          Socket busy = rig.connect()) {
        assertThat(Rig.name(idle)).isEqualTo('a');
        assertThat(Rig.name(busy)).isEqualTo('a');
        for (int i = 0; i < 8; i++) {
          Thread.sleep(100);
          busy.getOutputStream().write('x');
          assertThat(busy.getInputStream().read()).isEqualTo('x');
        }
        assertThat(idle.getInputStream().read()).as("orderly").isEqualTo(-1);
      }
      await().until(() -> rig.statistics().ended(Ending.IDLE) == 1);
    }
  }

  @Test
  void shouldEndTheConnectionsOfAnEndpointThatWentAfterItsTime() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint a = rig.server('a').endpoint();
      Endpoint b = rig.server('b').endpoint();
      rig.apply(DEFAULT.with(timeouts(1000, 0, 300)), a);
      try (Socket old = rig.connect()) {
        assertThat(Rig.name(old)).isEqualTo('a');
        rig.apply(DEFAULT.with(timeouts(1000, 0, 300)), new Endpoint(a.address(), 1, true), b);
        assertThat(asks(rig, 3)).isEqualTo("bbb");
        old.getOutputStream().write('x');
        assertThat(old.getInputStream().read()).isEqualTo('x');
        assertThat(old.getInputStream().read()).isEqualTo(-1);
      }
      await().until(() -> rig.statistics().ended(Ending.DRAINED) == 1);
    }
  }

  @Test
  void shouldLeaveTheConnectionsOfAnEndpointThatCameBack() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint a = rig.server('a').endpoint();
      Behaviour behaviour = DEFAULT.with(timeouts(1000, 0, 100));
      rig.apply(behaviour, a);
      try (Socket old = rig.connect()) {
        assertThat(Rig.name(old)).isEqualTo('a');
        rig.apply(behaviour);
        rig.apply(behaviour, a);
        old.setSoTimeout(400);
        assertThatThrownBy(() -> old.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
        old.getOutputStream().write('x');
        assertThat(old.getInputStream().read()).isEqualTo('x');
      }
    }
  }

  @Test
  void shouldRefuseWhatIsBeyondTheLimits() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint a = rig.server('a').endpoint();
      rig.apply(DEFAULT.with(new Limits(1, 0, 0, 0)), a);
      try (Socket first = rig.connect()) {
        assertThat(Rig.name(first)).isEqualTo('a');
        assertThat(rig.ask()).isEqualTo('-');
      }
      await().until(() -> rig.ask() == 'a');
      assertThat(rig.statistics().ended(Ending.CONNECTION_LIMIT)).isPositive();

      rig.apply(DEFAULT.with(new Limits(0, 0, 1, 3)), a);
      await().until(() -> rig.statistics().active() == 0);
      assertThat(count(asks(rig, 20), 'a')).isBetween(3L, 5L);
      assertThat(rig.statistics().ended(Ending.RATE_LIMIT)).isPositive();
    }
  }

  @Test
  void shouldPassOverAnEndpointThatIsFull() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint a = rig.server('a').endpoint();
      Endpoint b = rig.server('b').endpoint();
      rig.apply(DEFAULT.with(new Limits(0, 1, 0, 0)), a, b);
      try (Socket first = rig.connect();
          Socket second = rig.connect()) {
        assertThat("" + Rig.name(first) + Rig.name(second)).isIn("ab", "ba");
        assertThat(rig.ask()).isEqualTo('-');
      }
    }
  }

  @Test
  void shouldServeOnlyItsSources() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint a = rig.server('a').endpoint();
      InetAddress ten = InetAddress.ofLiteral("10.0.0.0");
      rig.apply(DEFAULT.withSources(List.of(new AddressRange(ten, 8))), a);
      assertThat(rig.ask()).isEqualTo('-');
      assertThat(rig.statistics().endings()).containsEntry(Ending.SOURCE, 1L);
      InetAddress loopback = InetAddress.ofLiteral("127.0.0.0");
      rig.apply(
          DEFAULT.withSources(List.of(new AddressRange(ten, 8), new AddressRange(loopback, 8))), a);
      assertThat(rig.ask()).isEqualTo('a');
    }
  }

  @Test
  void shouldRejectOrSayNothingWithoutAnEndpoint() throws Exception {
    try (Rig rig = new Rig()) {
      rig.apply(DEFAULT);
      assertThat(rig.ask()).isEqualTo('-');
      assertThat(rig.statistics().endings()).containsEntry(Ending.NO_ENDPOINT, 1L);
      rig.apply(DEFAULT.with(NoEndpoint.DROP).with(timeouts(60_000, 0, 0)));
      try (Socket unheard = rig.connect()) {
        unheard.setSoTimeout(200);
        assertThatThrownBy(() -> unheard.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
      }
      await().until(() -> rig.statistics().active() == 0);
    }
  }

  @Test
  void shouldKeepAClientAtItsEndpoint() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint a = rig.server('a').endpoint();
      Endpoint b = rig.server('b').endpoint();
      Behaviour sticky = DEFAULT.with(new Affinity(Duration.ofSeconds(100)));
      rig.apply(sticky, a, b);
      char first = rig.ask();
      assertThat(asks(rig, 10)).isEqualTo(String.valueOf(first).repeat(10));
      // Weight 0: no new clients, but those that it has.
      Endpoint had = first == 'a' ? a : b;
      Endpoint other = first == 'a' ? b : a;
      rig.apply(sticky, other, new Endpoint(had.address(), 0, false));
      assertThat(rig.ask()).isEqualTo(first);
      rig.apply(sticky, other);
      char second = rig.ask();
      assertThat(second).isNotEqualTo(first);
      rig.apply(sticky, a, b);
      assertThat(asks(rig, 10)).isEqualTo(String.valueOf(second).repeat(10));
    }
  }

  @Test
  void shouldHashAClientToOneEndpoint() throws Exception {
    try (Rig rig = new Rig()) {
      rig.apply(
          DEFAULT.with(Balancing.MAGLEV),
          rig.server('a').endpoint(),
          rig.server('b').endpoint(),
          rig.server('c').endpoint());
      char first = rig.ask();
      assertThat(asks(rig, 10)).isEqualTo(String.valueOf(first).repeat(10));
    }
  }

  @Test
  void shouldNameTheAddressThatIsTakenAndServeTheOthers() throws Exception {
    try (Rig rig = new Rig();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Endpoint a = rig.server('a').endpoint();
      InetSocketAddress busy = (InetSocketAddress) taken.getLocalSocketAddress();
      Service blocked =
          new Service("blocked", List.of(new Frontend(Transport.TCP, busy)), List.of(a), DEFAULT);
      ServiceTable table = new ServiceTable(List.of(blocked, rig.service(DEFAULT, a)));
      assertThat(rig.relay.apply(table))
          .singleElement()
          .hasToString(
              "cannot listen at TCP "
                  + busy
                  + " for blocked: another process listens there (EADDRINUSE)");
      assertThat(rig.ask()).isEqualTo('a');
      end(taken);
      assertThat(rig.relay.apply(table)).isEmpty();
      try (Socket socket = new Socket(busy.getAddress(), busy.getPort())) {
        assertThat(Rig.name(socket)).isEqualTo('a');
      }
    }
  }

  @Test
  void shouldRefuseByNameWhatItDoesNotDo() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint a = rig.server('a').endpoint();
      rig.apply(DEFAULT, a);
      HealthCheck check =
          new HealthCheck(
              new HealthCheck.Connect(), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
      for (Behaviour unknown : List.of(DEFAULT.withTurbo(true), DEFAULT.with(check))) {
        assertThatThrownBy(() -> rig.apply(unknown, a))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("service web asks for ");
      }
      Service udp =
          new Service("dns", List.of(new Frontend(Transport.UDP, rig.front)), List.of(a), DEFAULT);
      assertThatThrownBy(() -> rig.apply(udp))
          .hasMessage("service dns asks for UDP, which the relay does not do");
      assertThat(rig.ask()).as("nothing has changed").isEqualTo('a');
    }
  }

  @Test
  void shouldLetConnectionsEndBeforeItIsClosed() throws Exception {
    try (Rig rig = new Rig()) {
      rig.apply(DEFAULT, rig.server('a').endpoint());
      try (Socket old = rig.connect()) {
        assertThat(Rig.name(old)).isEqualTo('a');
        assertThat(rig.relay.drain(Duration.ofMillis(50))).isFalse();
        assertThatThrownBy(rig::connect).hasMessageContaining("refused");
        old.getOutputStream().write('x');
        assertThat(old.getInputStream().read()).isEqualTo('x');
      }
      assertThat(rig.relay.drain(Duration.ofSeconds(10))).isTrue();
      rig.relay.close();
      assertThatThrownBy(() -> rig.apply(DEFAULT)).hasMessageContaining("closed");
    }
  }

  @Test
  void shouldServeBothFamiliesWhereAServiceSaysSo() throws Exception {
    try (Rig rig = new Rig()) {
      InetAddress six = InetAddress.ofLiteral("::");
      InetAddress four = InetAddress.ofLiteral("0.0.0.0");
      int port = rig.front.getPort();
      Frontend onSix = new Frontend(Transport.TCP, new InetSocketAddress(six, port));
      Frontend onFour = new Frontend(Transport.TCP, new InetSocketAddress(four, port));
      Endpoint a = rig.server('a').endpoint();
      rig.apply(new Service("web", List.of(onSix), List.of(a), DEFAULT));
      assertThatThrownBy(rig::connect).hasMessageContaining("refused");
      rig.apply(new Service("web", List.of(onSix, onFour), List.of(a), DEFAULT));
      assertThat(rig.ask()).isEqualTo('a');
      try (Socket client = new Socket(InetAddress.ofLiteral("::1"), port)) {
        assertThat(Rig.name(client)).isEqualTo('a');
      }
    }
  }

  @Test
  void shouldBeClosedByAThreadThatIsInterrupted() throws Exception {
    try (Rig rig = new Rig()) {
      rig.apply(DEFAULT, rig.server('a').endpoint());
      Thread.currentThread().interrupt();
      rig.relay.close();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void shouldPassAnUrgentByteOnAtItsPlace() throws Exception {
    try (Rig rig = new Rig();
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      rig.apply(DEFAULT, new Endpoint(server.getLocalSocketAddress()));
      try (Socket client = rig.connect();
          Socket accepted = server.accept()) {
        accepted.setOOBInline(true);
        client.getOutputStream().write('a');
        client.sendUrgentData('!');
        client.getOutputStream().write('b');
        assertThat(accepted.getInputStream().readNBytes(3)).containsExactly('a', '!', 'b');
        client.getOutputStream().write(new byte[100_000]);
        assertThat(accepted.getInputStream().readNBytes(100_000)).hasSize(100_000);
      }
    }
  }

  @Test
  void shouldMakeDoWithSmallerPipesOrNone() throws Exception {
    FaultySystemCalls faulty = new FaultySystemCalls(Linux.kernel().calls());
    for (int pipes = 0; pipes < 2; pipes++) {
      int count = pipes;
      try (Rig rig =
          new Rig(
              new Linux(faulty),
              config -> config.withLoops(1).withSpliceAfter(0).withPipes(1 << 20, count))) {
        rig.apply(DEFAULT, rig.server('a').endpoint());
        faulty.failNextPipeSizes(2 * count);
        try (Socket client = rig.connect()) {
          assertThat(Rig.name(client)).isEqualTo('a');
          byte[] bytes = new byte[200_000];
          new Random(1).nextBytes(bytes);
          client.getOutputStream().write(bytes);
          assertThat(client.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
        }
        assertThat(faulty.failures()).isEqualTo(2 * count);
      }
    }
  }

  @Test
  void shouldWaitWhileDescriptorsHaveRunOut() throws Exception {
    FaultySystemCalls faulty = new FaultySystemCalls(Linux.kernel().calls());
    try (Rig rig = new Rig(new Linux(faulty), 1)) {
      rig.apply(DEFAULT, rig.server('a').endpoint());
      faulty.failNextAccepts(3);
      assertThat(rig.ask()).isEqualTo('a');
      assertThat(faulty.failures()).isEqualTo(3);
      faulty.failNextConnect();
      assertThat(asks(rig, 2)).as("no port, which is not the endpoint's fault").isEqualTo("-a");
      assertThat(rig.statistics().endings()).containsEntry(Ending.RESOURCES, 1L);
      assertThat(rig.statistics().endpoints().getFirst().failures()).isZero();
    }
  }

  private static void end(ServerSocket socket) throws IOException {
    socket.close();
  }
}
