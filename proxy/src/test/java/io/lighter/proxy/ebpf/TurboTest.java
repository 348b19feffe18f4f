package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMaps;
import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.linux.SystemCall;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections whose two ends are in the cgroup, and what goes past TCP on them. */
@RequiresRoot
@RequiresTool("python3")
@LeavesNothing(cgroups = "lighter-connect", ignoring = "socket:")
class TurboTest extends BalancerFixture {
  private static final Behaviour TURBO = Behaviour.DEFAULT.withTurbo(true);

  /** BPF_BTF_LOAD, without which there is nothing to keep of a socket. */
  private static final int BTF_LOAD = 18;

  static Service turbo(String name, String vip, String host, int port) {
    return new Service(
        name,
        List.of(new Frontend(Transport.TCP, address(vip, 80))),
        List.of(new Endpoint(address(host, port))),
        TURBO);
  }

  private static int listen(ClientProcess ends) {
    return Integer.parseInt(ends.ask("listen('l', '127.0.0.1')"));
  }

  private ConnectBalancer serve(ClientProcess ends) {
    ConnectBalancer balancer = balancer();
    assertThat(balancer.apply(table(turbo("rpc", VIP, "127.0.0.1", listen(ends))))).isEmpty();
    assertThat(balancer.turboObstacle()).isNull();
    return balancer;
  }

  private static void connect(ClientProcess ends, String name) {
    assertThat(ends.ask("pair('%s', 'l', '%s', 80)", name, VIP)).isEqualTo("connected");
  }

  private static int number(ClientProcess ends, String expression) {
    return Integer.parseInt(ends.ask(expression));
  }

  @Test
  void shouldSkipTcpWhenBothEndsAreHere() throws Exception {
    ClientProcess ends = client();
    int dual = Integer.parseInt(ends.ask("listen('dual', '::', True)"));
    int six = Integer.parseInt(ends.ask("listen('six', '::1')"));
    ConnectBalancer balancer = balancer();
    balancer.apply(
        table(
            turbo("four", VIP, "127.0.0.1", listen(ends)),
            turbo("dual", "10.96.0.11", "127.0.0.1", dual),
            turbo("six", VIP6, "::1", six)));
    List<String> pairs =
        List.of(
            "pair('a', 'l', '%s', 80)".formatted(VIP),
            "pair('a', 'l', '::ffff:%s', 80, True)".formatted(VIP),
            "pair('a', 'dual', '10.96.0.11', 80)",
            "pair('a', 'dual', '::ffff:10.96.0.11', 80, True)",
            "pair('a', 'six', '%s', 80)".formatted(VIP6));
    for (String pair : pairs) {
      assertThat(ends.ask(pair)).isEqualTo("connected");
      assertThat(ends.ask("swap('a', 1000, 10)")).as(pair).isEqualTo("True");
      assertThat(ends.ask("by_tcp('a'), by_tcp('as')")).as(pair).isEqualTo("(0, 0)");
    }
    assertThat(balancer.turboStatistics()).isEqualTo(new TurboStatistics(5, 0));
  }

  @Test
  void shouldLeaveOtherConnectionsAlone() throws Exception {
    ClientProcess ends = client();
    int port = listen(ends);
    ConnectBalancer balancer = balancer();
    Service plain = with(turbo("plain", "10.96.0.11", "127.0.0.1", port), Behaviour.DEFAULT);
    balancer.apply(table(turbo("rpc", VIP, "127.0.0.1", port), plain));
    for (String to : List.of("'127.0.0.1', " + port, "'10.96.0.11', 80")) {
      assertThat(ends.ask("pair('a', 'l', %s)", to)).isEqualTo("connected");
      assertThat(ends.ask("swap('a', 1000)")).isEqualTo("True");
      assertThat(ends.ask("by_tcp('a'), by_tcp('as')")).as(to).isEqualTo("(1000, 1000)");
    }
    assertThat(balancer.turboStatistics()).isEqualTo(TurboStatistics.NONE);
  }

  @Test
  void shouldLeaveAConnectionAloneThatBeginsWithBytes() throws Exception {
    ClientProcess ends = client();
    int port = Integer.parseInt(ends.ask("listen('l', '127.0.0.1', defer=True)"));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(turbo("rpc", VIP, "127.0.0.1", port)));
    assertThat(ends.ask("dial('a', '%s', 80)", VIP)).isEqualTo("connected");
    ends.ask("kept['a'].send(b'first')");
    ends.ask("accept('as', 'l')");
    ends.ask("kept['a'].send(b'second')");
    assertThat(ends.ask("read('as', 11)")).isEqualTo("b'firstsecond'");
    assertThat(ends.ask("swap('a', 1000)")).isEqualTo("True");
    assertThat(ends.ask("by_tcp('a'), by_tcp('as')")).isEqualTo("(1011, 1000)");
    assertThat(balancer.turboStatistics().connections()).isZero();
  }

  /** As pods are; both directions are long enough to need credit. */
  @Test
  @RequiresTool(value = "ip", debianPackage = "iproute2")
  void shouldSkipTcpBetweenNetworkNamespaces() throws Exception {
    ClientProcess caller = client("unshare", "--net");
    ClientProcess server = client("unshare", "--net");
    int first = number(caller, "os.getpid()");
    int second = number(server, "os.getpid()");
    run("ip link add tl0 netns %d type veth peer name tl1 netns %d", first, second);
    run("nsenter -t %d -n ip address add 10.98.0.1/24 dev tl0", first);
    run("nsenter -t %d -n ip address add 10.98.0.2/24 dev tl1", second);
    run("nsenter -t %d -n ip link set tl0 up", first);
    run("nsenter -t %d -n ip link set tl1 up", second);
    int port = Integer.parseInt(server.ask("listen('l', '10.98.0.2')"));
    ConnectBalancer balancer = balancer();
    balancer.apply(table(turbo("rpc", VIP, "10.98.0.2", port)));
    assertThat(caller.ask("dial('a', '%s', 80)", VIP)).isEqualTo("connected");
    server.ask("accept('a', 'l')");
    for (int i = 0; i < 100; i++) {
      caller.send("kept['a'].sendall(b'q' * (1 << 16))");
      assertThat(server.ask("read('a', 1 << 16) == b'q' * (1 << 16)")).isEqualTo("True");
      caller.answer();
      server.send("kept['a'].sendall(b'r' * (1 << 16))");
      assertThat(caller.ask("read('a', 1 << 16) == b'r' * (1 << 16)")).isEqualTo("True");
      server.answer();
    }
    assertThat(number(caller, "by_tcp('a')") + number(server, "by_tcp('a')")).isZero();
    assertThat(balancer.turboStatistics()).isEqualTo(new TurboStatistics(1, 0));
  }

  // The annotation that is wanted would be a library of its own.
  @SuppressWarnings("AnnotateFormatMethod")
  private static void run(String command, Object... arguments) throws Exception {
    Process process =
        new ProcessBuilder(command.formatted(arguments).split(" ")).inheritIO().start();
    assertThat(process.waitFor()).as(command).isZero();
  }

  @Test
  void shouldGoOnForAsLongAsItIsRead() throws Exception {
    ClientProcess ends = client();
    ConnectBalancer balancer = serve(ends);
    connect(ends, "a");
    assertThat(ends.ask("swap('a', 1 << 16, 200, 0.005)")).isEqualTo("True");
    assertThat(ends.ask("by_tcp('a'), by_tcp('as')")).isEqualTo("(0, 0)");
    assertThat(balancer.turboStatistics()).isEqualTo(new TurboStatistics(1, 0));
  }

  @Test
  void shouldGiveBackWhatIsNotRead() throws Exception {
    ClientProcess ends = client();
    ConnectBalancer balancer = serve(ends);
    for (int size : new int[] {1_000, 300_000}) {
      connect(ends, "a");
      int sent = Integer.parseInt(ends.ask("stuff('a', %d)", size));
      assertThat(ends.ask("same('a', %d)", sent)).as("%d bytes", sent).isEqualTo("True");
      int skipped = sent - number(ends, "by_tcp('a')");
      assertThat(skipped).isBetween(TurboLayout.WINDOW - size, TurboLayout.WINDOW);
      assertThat(ends.ask("swap('a', 1000, 10)")).isEqualTo("True");
      assertThat(number(ends, "by_tcp('a')")).isEqualTo(sent - skipped + 10_000);
      assertThat(ends.ask("by_tcp('as')")).as("the other direction").isEqualTo("0");
    }
    assertThat(balancer.turboStatistics()).isEqualTo(new TurboStatistics(2, 2));
  }

  @Test
  void shouldLoseNothingWhenAnEndCloses() throws Exception {
    ClientProcess ends = client();
    serve(ends);
    connect(ends, "a");
    ends.ask("kept['a'].send(b'a' * 100_000), kept['a'].shutdown(socket.SHUT_WR)");
    assertThat(ends.ask("attempt(lambda: kept['a'].send(b'more'))")).isEqualTo("EPIPE");
    ends.ask("kept['as'].send(b'b' * 200_000), kept['as'].shutdown(socket.SHUT_WR)");
    assertThat(ends.ask("read('as', 1 << 20) == b'a' * 100_000")).isEqualTo("True");
    ends.ask("drop('as')");
    assertThat(ends.ask("read('a', 1 << 20) == b'b' * 200_000")).isEqualTo("True");

    connect(ends, "b");
    ends.ask("kept['b'].send(b'b' * 1000), reset('b')");
    assertThat(ends.ask("read('bs', 1000) == b'b' * 1000")).isEqualTo("True");
    assertThat(ends.ask("attempt(lambda: read('bs', 1))")).isEqualTo("ECONNRESET");

    connect(ends, "c");
    ends.ask("kept['c'].send(b'nobody reads it'), kept['cs'].send(b'an answer'), drop('cs')");
    assertThat(ends.ask("read('c', 100)")).isEqualTo("b'an answer'");
    ends.ask("kept['c'].send(b'?'), time.sleep(0.1)");
    assertThat(ends.ask("attempt(lambda: kept['c'].send(b'?'))")).isEqualTo("EPIPE");
  }

  @Test
  void shouldTakeAClientOutWhoseOtherEndIsElsewhere() throws Exception {
    ClientProcess ends = client();
    Backend elsewhere = backend("elsewhere");
    ConnectBalancer balancer = balancer();
    balancer.apply(table(turbo("rpc", VIP, "127.0.0.1", elsewhere.address().getPort())));
    assertThat(ends.ask("keep('a', '%s', 80)", VIP)).isEqualTo("elsewhere");
    await().until(() -> isEmpty(TurboLayout.DIALLED) && isEmpty(TurboLayout.SOCKETS));
    assertThat(ends.ask("say('a')")).isEqualTo("elsewhere");
    assertThat(balancer.turboStatistics().connections()).isZero();
  }

  private boolean isEmpty(String name) {
    BpfMaps maps = linux.bpfMaps();
    for (int id : linux.bpf().maps()) {
      try (BpfMap map = maps.open(id);
          Arena arena = Arena.ofConfined()) {
        if (map != null && map.layout().name().equals(name)) {
          return !maps.nextKey(map, null, arena.allocate(map.layout().keySize(), Long.BYTES));
        }
      }
    }
    throw new AssertionError("there is no map " + name);
  }

  @Test
  void shouldForgetConnectionsThatHaveEnded() throws Exception {
    ClientProcess ends = client();
    serve(ends);
    connect(ends, "a");
    assertThat(ends.ask("swap('a', 1000)")).isEqualTo("True");
    assertThat(isEmpty(TurboLayout.SOCKETS)).isFalse();
    ends.ask("drop('a'), drop('as')");
    await().until(() -> isEmpty(TurboLayout.SOCKETS));
  }

  @Test
  void shouldLoseNothingWhenTheBalancerIsClosed() throws Exception {
    ClientProcess ends = client();
    ConnectBalancer balancer = serve(ends);
    connect(ends, "a");
    ends.ask("kept['a'].send(b'a' * 100_000), kept['as'].send(b'b' * 200_000)");
    balancer.close();
    ends.ask("kept['a'].send(b'more')");
    assertThat(ends.ask("read('as', 100_004) == b'a' * 100_000 + b'more'")).isEqualTo("True");
    assertThat(ends.ask("read('a', 200_000) == b'b' * 200_000")).isEqualTo("True");
    int sent = number(ends, "stuff('a', 1000)");
    assertThat(ends.ask("same('a', %d)", sent)).isEqualTo("True");
    assertThat(sent - number(ends, "by_tcp('a')")).isLessThan(TurboLayout.WINDOW);
    ends.ask("drop('a'), drop('as')");
    await().until(() -> inKernel().isEmpty());
  }

  @Test
  void shouldBalanceWithoutItWhereTheKernelRefuses() throws Exception {
    ClientProcess ends = client();
    Linux refusing =
        new Linux(
            new FaultySystemCalls(
                (call, a0, a1) -> call == SystemCall.BPF && a0 == BTF_LOAD ? Errno.EPERM : 0));
    try (ConnectBalancer balancer = ConnectBalancer.open(refusing, cgroup, SMALL)) {
      assertThat(balancer.apply(table(turbo("rpc", VIP, "127.0.0.1", listen(ends))))).isEmpty();
      assertThat(balancer.turboObstacle()).contains("EPERM");
      connect(ends, "a");
      assertThat(ends.ask("swap('a', 1000)")).isEqualTo("True");
      assertThat(ends.ask("by_tcp('a')")).isEqualTo("1000");
    }
    await().until(() -> inKernel().isEmpty());
  }

  @Test
  void shouldNotGoOnWithoutAWatchdogAndBeTakenOver() throws Exception {
    ClientProcess ends = client();
    int port = listen(ends);
    Process owner = owner(port);
    connect(ends, "a");
    connect(ends, "b");
    assertThat(ends.ask("swap('a', 1000), swap('b', 1000)")).isEqualTo("(True, True)");
    owner.destroyForcibly().waitFor();

    assertThat(ends.ask("swap('a', 1 << 16, 100)")).as("it is read").isEqualTo("True");
    int sent = 1_000 + 100 * (1 << 16);
    assertThat(sent - number(ends, "by_tcp('a')")).isLessThanOrEqualTo(TurboLayout.WINDOW);
    connect(ends, "c");
    assertThat(ends.ask("swap('c', 1000)")).isEqualTo("True");
    assertThat(ends.ask("by_tcp('c'), by_tcp('cs')")).isEqualTo("(1000, 1000)");

    ConnectBalancer balancer = balancer();
    balancer.apply(table(turbo("rpc", VIP, "127.0.0.1", port)));
    assertThat(balancer.turboObstacle()).isNull();
    assertThat(balancer.turboStatistics()).as("of both").isEqualTo(new TurboStatistics(3, 2));
    connect(ends, "d");
    assertThat(ends.ask("swap('b', 1 << 16, 100, 0.005)")).as("one of before").isEqualTo("True");
    assertThat(ends.ask("swap('d', 1000)")).isEqualTo("True");
    assertThat(ends.ask("by_tcp('b'), by_tcp('d')")).isEqualTo("(0, 0)");
    balancer.close();
    ends.ask("[drop(n) for n in list(kept)]");
    await().until(() -> inKernel().isEmpty());
  }

  private Process owner(int port) throws Exception {
    return owner(TurboOwner.class, List.of(Integer.toString(port)));
  }
}
