package io.lighter.proxy.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.HealthCheck;
import io.lighter.proxy.service.HealthCheck.Probe;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HealthChecksTest {
  @TempDir private Path folder;
  private final Semaphore changes = new Semaphore(0);
  private final HealthChecks checks = new HealthChecks(service -> changes.release());
  private final List<AutoCloseable> servers = new ArrayList<>();

  /** The JDK keeps what it waits by for sockets of virtual threads. */
  @BeforeAll
  static void warmUp() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open().bind(loopback(0))) {
      Thread connecting =
          Thread.startVirtualThread(
              () -> {
                try (SocketChannel socket = SocketChannel.open(server.getLocalAddress())) {
                  socket.read(ByteBuffer.allocate(1));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      Thread.sleep(Duration.ofMillis(50)); // it should have to wait
      server.accept().close();
      connecting.join();
    }
  }

  @AfterEach
  void close() throws Exception {
    checks.close();
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private ServerSocketChannel listen(SocketAddress address) throws Exception {
    ServerSocketChannel server =
        address instanceof UnixDomainSocketAddress
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open();
    servers.add(server);
    return server.bind(address);
  }

  private HttpServer http(AtomicInteger code) throws Exception {
    HttpServer server = HttpServer.create(loopback(0), 0);
    server.createContext(
        "/healthz",
        exchange -> {
          exchange.sendResponseHeaders(code.get(), -1);
          exchange.close();
        });
    server.start();
    servers.add(() -> server.stop(0));
    return server;
  }

  private static ServiceTable table(Probe probe, int rise, int fall, SocketAddress... endpoints) {
    HealthCheck check =
        new HealthCheck(probe, Duration.ofMillis(10), Duration.ofMillis(200), rise, fall);
    List<Endpoint> all = new ArrayList<>();
    for (SocketAddress endpoint : endpoints) {
      all.add(new Endpoint(endpoint));
    }
    return new ServiceTable(
        List.of(
            new Service(
                "web",
                List.of(new Frontend(Transport.TCP, loopback(80))),
                all,
                Behaviour.DEFAULT.with(check))));
  }

  private void awaitProblem(SocketAddress endpoint, String problem) throws Exception {
    assertThat(changes.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    assertThat(checks.isUp("web", endpoint)).isFalse();
    assertThat(checks.problem("web", endpoint)).contains(problem);
  }

  private void watch(ServiceTable table) {
    checks.watch(ServiceChanges.to(table, checks.services()));
  }

  private ServiceTable judge(ServiceTable table) {
    return new ServiceTable(table.services().stream().map(checks::judge).toList());
  }

  @Test
  @LeavesNothing
  void shouldSeeWhoAccepts() throws Exception {
    SocketAddress works = listen(loopback(0)).getLocalAddress();
    ServerSocketChannel gone = listen(loopback(0));
    SocketAddress away = gone.getLocalAddress();
    gone.close();
    ServiceTable table = table(new HealthCheck.Connect(), 1, 2, works, away);
    assertThat(judge(table).services()).isEqualTo(table.services());
    watch(table);
    awaitProblem(away, "refused");
    assertThat(judge(table).services().getFirst().endpoints())
        .containsExactly(new Endpoint(works), new Endpoint(away, 1, true));
    listen(away);
    assertThat(changes.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    assertThat(judge(table).services()).isEqualTo(table.services());
    assertThat(checks.problem("web", away)).isNull();
  }

  @Test
  @LeavesNothing
  void shouldSeeAUnixSocket() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
    watch(table(new HealthCheck.Connect(), 1, 1, address));
    awaitProblem(address, "o such file");
    listen(address);
    assertThat(changes.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    assertThat(checks.isUp("web", address)).isTrue();
  }

  @Test
  @LeavesNothing
  void shouldAskByHttp() throws Exception {
    AtomicInteger code = new AtomicInteger(204);
    InetSocketAddress address = http(code).getAddress();
    watch(table(new HealthCheck.Http("/healthz", ""), 2, 2, address));
    code.set(503);
    awaitProblem(address, "503");
    code.set(302);
    assertThat(changes.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    assertThat(checks.isUp("web", address)).isTrue();
  }

  @Test
  @LeavesNothing
  void shouldNotWaitForWhoNeverAnswers() throws Exception {
    SocketAddress silent = listen(loopback(0)).getLocalAddress(); // the backlog accepts
    watch(table(new HealthCheck.Http("/", "example.org"), 1, 1, silent));
    awaitProblem(silent, "no answer within 200 ms");
  }

  @Test
  @LeavesNothing
  void shouldRunACommand() throws Exception {
    Path flag = folder.resolve("flag");
    String script =
        "test -e %s && test $LIGHTER_ENDPOINT_ADDRESS:$LIGHTER_ENDPOINT_PORT = 127.0.0.1:9"
            .formatted(flag);
    InetSocketAddress address = loopback(9);
    watch(table(new HealthCheck.Command(List.of("sh", "-c", script)), 1, 1, address));
    awaitProblem(address, "ended with 1");
    Files.createFile(flag);
    assertThat(changes.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    assertThat(checks.isUp("web", address)).isTrue();
  }

  @Test
  @LeavesNothing
  void shouldKillACommandThatTakesTooLong() throws Exception {
    InetSocketAddress address = loopback(9);
    watch(table(new HealthCheck.Command(List.of("sh", "-c", "sleep 1000 & wait")), 1, 1, address));
    awaitProblem(address, "not ended within 200 ms");
  }

  @Test
  @LeavesNothing
  void shouldNameACommandThatIsNotThere() throws Exception {
    InetSocketAddress address = loopback(9);
    watch(table(new HealthCheck.Command(List.of("/no/such/check")), 1, 1, address));
    awaitProblem(address, "cannot be run");
  }

  @Test
  @LeavesNothing
  void shouldKeepWhatIsKnownWhenServicesChange() throws Exception {
    SocketAddress works = listen(loopback(0)).getLocalAddress();
    InetSocketAddress away = loopback(1);
    ServiceTable one = table(new HealthCheck.Connect(), 1, 1, away);
    watch(one);
    awaitProblem(away, "refused");
    watch(table(new HealthCheck.Connect(), 1, 1, works, away));
    assertThat(checks.isUp("web", away)).isFalse();
    watch(ServiceTable.EMPTY);
    assertThat(checks.isUp("web", away)).isTrue();
    int before = changes.drainPermits();
    watch(one); // anew, with nothing known
    assertThat(before).isZero();
    awaitProblem(away, "refused");
  }

  @Test
  @LeavesNothing
  void shouldCountAnswersInARow() {
    EndpointHealth health = EndpointHealth.UNKNOWN.after("a", 2, 3).after("b", 2, 3);
    assertThat(health).isEqualTo(new EndpointHealth(true, 2, "b"));
    assertThat(health.after(null, 2, 3)).isEqualTo(EndpointHealth.UNKNOWN);
    EndpointHealth down = health.after("c", 2, 3);
    assertThat(down).isEqualTo(new EndpointHealth(false, 0, "c"));
    assertThat(down.after(null, 2, 3)).isEqualTo(new EndpointHealth(false, 1, "c"));
    assertThat(down.after(null, 2, 3).after(null, 2, 3)).isEqualTo(EndpointHealth.UNKNOWN);
  }
}
