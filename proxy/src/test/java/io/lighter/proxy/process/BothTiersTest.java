package io.lighter.proxy.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.linux.SystemCall;
import io.lighter.proxy.ebpf.FaultySystemCalls;
import io.lighter.proxy.ebpf.TurboStatistics;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The proxy with tier two for the processes of a cgroup, and tier one for who comes otherwise. */
@RequiresRoot
@RequiresTool("python3")
@Timeout(60)
class BothTiersTest {
  /** An address that this machine does not have, as Kubernetes gives them to services. */
  private static final String CLUSTER_IP = "10.96.0.77";

  /** BPF_PROG_ATTACH. */
  private static final int PROG_ATTACH = 8;

  /** BPF_BTF_LOAD, which only turbo needs. */
  private static final int BTF_LOAD = 18;

  /** BPF_PROG_TYPE_SOCK_OPS. */
  private static final int SOCK_OPS = 13;

  @TempDir private Path folder;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private Path cgroup = Path.of("");
  private ServerSocket server = new ServerSocket();

  BothTiersTest() throws IOException {}

  @BeforeAll
  static void warmUp() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      new Socket(InetAddress.getLoopbackAddress(), socket.getLocalPort()).close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    cgroup =
        Files.createDirectory(
            CgroupRoot.find().resolve("lighter-tiers-" + ProcessHandle.current().pid()));
    server.close();
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    Files.delete(cgroup);
  }

  private Path write(String tier, int port) throws IOException {
    return Files.writeString(
        folder.resolve("proxy.yaml"),
        """
        tier: %s
        cgroup: %s
        services:
          web:
            listen: ["%s:80", "127.0.0.1:%d"]
            endpoints: ["127.0.0.1:%d"]
        """
            .formatted(tier, cgroup, CLUSTER_IP, port, server.getLocalPort()));
  }

  private Path writeTurbo(String tier, int port) throws IOException {
    Path file = write(tier, port);
    return Files.writeString(
        file,
        """
            turbo: true
        metrics: 127.0.0.1:%d
        """
            .formatted(freePort()),
        StandardOpenOption.APPEND);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Has a process of the cgroup connect, and returns what it says. */
  private String connect(String address, int port) throws Exception {
    String program =
        """
        import socket
        try:
            s = socket.create_connection(("%s", %d), 3)
            print(s.getpeername()[0], s.recv(10).decode())
        except OSError as e:
            print(e)
        """
            .formatted(address, port);
    String enter = "echo $$ > " + cgroup + "/cgroup.procs && exec python3 -c \"$1\"";
    Process process = new ProcessBuilder("sh", "-c", enter, "sh", program).start();
    if (server.isClosed()) {
      throw new AssertionError("the server is closed");
    }
    server.setSoTimeout(2_000);
    try (Socket accepted = server.accept()) {
      accepted.getOutputStream().write("hello".getBytes(UTF_8));
    } catch (SocketTimeoutException e) {
      // It did not get here, and says why.
    }
    try (BufferedReader output = process.inputReader()) {
      String answer = output.readLine();
      process.waitFor();
      return answer == null ? "" : answer;
    }
  }

  private String connectFromOutside(int port) throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        Socket accepted = server.accept()) {
      accepted.getOutputStream().write("hello".getBytes(UTF_8));
      accepted.shutdownOutput();
      return new String(client.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  @LeavesNothing
  void shouldServeProcessesInTheKernelAndOthersByTheProxy() throws Exception {
    int port = freePort();
    Path file = write("ebpf", port);
    try (ProxyProcess proxy = ProxyProcess.start(Linux.kernel(), file, said::add)) {
      assertThat(connect(CLUSTER_IP, 80)).isEqualTo(CLUSTER_IP + " hello");
      assertThat(connectFromOutside(port)).isEqualTo("hello");
      assertThat(proxy.balancer().statistics().connections().service("web").accepted())
          .isEqualTo(1);
      assertThat(proxy.reload()).isTrue();
      assertThat(connect(CLUSTER_IP, 80)).isEqualTo(CLUSTER_IP + " hello");
    }
    assertThat(said).containsExactly("reloaded " + file);
    assertThat(connect("127.0.0.1", port)).contains("refused");
  }

  @Test
  @LeavesNothing
  void shouldSayWhenTheProxyTakesAll() throws Exception {
    int port = freePort();
    Path file = write("auto", port);
    try (ProxyProcess first = ProxyProcess.start(Linux.kernel(), file, said::add)) {
      assertThat(first.balancer().services().services()).hasSize(1);
      assertThat(said).isEmpty();
      Path other = write("auto", freePort());
      try (ProxyProcess second = ProxyProcess.start(Linux.kernel(), other, said::add)) {
        assertThat(said.getFirst()).contains("another process", "the proxy takes all");
        assertThat(said.getLast()).contains("cannot listen", CLUSTER_IP);
        assertThat(second.balancer().services().services()).hasSize(1);
      }
      Path third = write("ebpf", freePort());
      assertThatThrownBy(() -> ProxyProcess.start(Linux.kernel(), third, said::add))
          .hasMessageContaining("tier: ebpf: another process");
    }
  }

  /** The new process finds what the kernel does, and the old one does not take it away. */
  @Test
  @LeavesNothing
  void shouldHandTheKernelOverTogetherWithTheSockets() throws Exception {
    int port = freePort();
    Path file = write("ebpf", port);
    String control = "control: " + folder.resolve("control") + "\n";
    Files.writeString(file, Files.readString(file) + control);
    ProxyProcess current = ProxyProcess.start(Linux.kernel(), file, said::add);
    for (int i = 0; i < 3; i++) {
      ProxyProcess old = current;
      current = ProxyProcess.start(Linux.kernel(), file, said::add);
      old.takenOver().join();
      assertThat(connect(CLUSTER_IP, 80)).isEqualTo(CLUSTER_IP + " hello");
      assertThat(old.end()).isTrue();
      assertThat(connect(CLUSTER_IP, 80)).isEqualTo(CLUSTER_IP + " hello");
      assertThat(connectFromOutside(port)).isEqualTo("hello");
    }
    // One that cannot start leaves the kernel to the old one, which can change it again.
    Path wrong = folder.resolve("wrong.yaml");
    Files.writeString(wrong, Files.readString(file) + "accessLog: /no/folder/log\n");
    assertThatThrownBy(() -> ProxyProcess.start(Linux.kernel(), wrong, said::add))
        .hasMessageContaining("/no/folder/log");
    await().until(() -> said.toString().contains("all goes on as before"));
    assertThat(connect(CLUSTER_IP, 80)).isEqualTo(CLUSTER_IP + " hello");
    Files.writeString(file, Files.readString(file).replace("[\"" + CLUSTER_IP + ":80\", ", "["));
    assertThat(current.reload()).isTrue();
    assertThat(connect(CLUSTER_IP, 80)).doesNotContain("hello");
    // And one that does without the kernel has the old one take away what it did there.
    Files.writeString(file, "services: {}\ntier: epoll\n" + control);
    try (ProxyProcess last = ProxyProcess.start(Linux.kernel(), file, said::add)) {
      current.takenOver().join();
      assertThat(current.end()).isTrue();
      assertThat(last.takenOver()).isNotDone();
      assertThat(connect("127.0.0.1", port)).contains("refused");
    }
  }

  /** The maps are made, and only then the kernel refuses: a host that forbids to attach. */
  @Test
  @LeavesNothing
  void shouldLeaveAllToTheProxyWhereNothingMayBeAttached() throws Exception {
    int port = freePort();
    Linux linux =
        new Linux(
            new FaultySystemCalls(
                (call, a0, a1) -> call == SystemCall.BPF && a0 == PROG_ATTACH ? Errno.EPERM : 0));
    try (ProxyProcess proxy = ProxyProcess.start(linux, write("auto", port), said::add)) {
      assertThat(said.getFirst()).contains("CAP_BPF", "the proxy takes all");
      assertThat(connectFromOutside(port)).isEqualTo("hello");
      assertThat(proxy.balancer().services().services()).hasSize(1);
    }
    Path demanding = write("ebpf", port);
    assertThatThrownBy(() -> ProxyProcess.start(linux, demanding, said::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tier: ebpf: ");
  }

  /** Has a process of the cgroup connect to another; returns how much it sent by TCP. */
  private String talk(String address) throws Exception {
    String program =
        """
        import socket, struct
        listener = socket.create_server(("127.0.0.1", %d))
        client = socket.create_connection(("%s", 80), 3)
        other = listener.accept()[0]
        client.send(b"x" * 100)
        other.recv(100)
        print(struct.unpack_from("Q", client.getsockopt(6, socket.TCP_INFO, 208), 200)[0])
        """
            .formatted(server.getLocalPort(), address);
    server.close();
    String enter = "echo $$ > " + cgroup + "/cgroup.procs && exec python3 -c \"$1\"";
    Process process =
        new ProcessBuilder("sh", "-c", enter, "sh", program).redirectErrorStream(true).start();
    try (BufferedReader output = process.inputReader()) {
      String answer = output.readAllAsString();
      process.waitFor();
      return answer.strip();
    }
  }

  @Test
  @LeavesNothing
  void shouldLetConnectionsSkipTcp() throws Exception {
    try (ProxyProcess proxy =
        ProxyProcess.start(Linux.kernel(), writeTurbo("ebpf", freePort()), said::add)) {
      assertThat(said).isEmpty();
      assertThat(talk(CLUSTER_IP)).isEqualTo("0");
      assertThat(metrics(proxy))
          .contains("lighter_proxy_turbo_connections_total 1.0")
          .contains("lighter_proxy_turbo_given_back_total 0.0");
    }
  }

  @Test
  @LeavesNothing
  void shouldSayWhenConnectionsDoNotSkipTcp() throws Exception {
    Linux linux =
        new Linux(
            new FaultySystemCalls(
                (call, a0, a1) -> call == SystemCall.BPF && a0 == BTF_LOAD ? Errno.EPERM : 0));
    Path demanding = writeTurbo("ebpf", freePort());
    assertThatThrownBy(() -> ProxyProcess.start(linux, demanding, said::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tier: ebpf: turbo is not to be had: ");
    said.clear();
    try (ProxyProcess proxy =
        ProxyProcess.start(linux, writeTurbo("auto", freePort()), said::add)) {
      assertThat(said).singleElement().asString().startsWith("service web: turbo is left out: ");
      assertThat(talk(CLUSTER_IP)).isEqualTo("100");
      assertThat(proxy.balancer().statistics().turbo()).isEqualTo(TurboStatistics.NONE);
    }
  }

  private static String metrics(ProxyProcess proxy) throws IOException {
    try (Socket metrics = new Socket()) {
      metrics.connect(proxy.metricsAddress());
      metrics.getOutputStream().write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(UTF_8));
      return new String(metrics.getInputStream().readAllBytes(), UTF_8);
    }
  }

  /** A second endpoint, where nobody listens; it is ejected after one failure, for long. */
  private Path writeDead(int dead) throws IOException {
    Path file = write("ebpf", freePort());
    int port = server.getLocalPort();
    String both = "[\"127.0.0.1:%d\", \"127.0.0.1:%d\"]".formatted(port, dead);
    String text = Files.readString(file).replace("[\"127.0.0.1:%d\"]".formatted(port), both);
    return Files.writeString(
        file,
        text
            + """
                ejection: {failures: 1, time: 1h}
            metrics: 127.0.0.1:%d
            """
                .formatted(freePort()));
  }

  private int connects(int times) throws Exception {
    int refused = 0;
    for (int i = 0; i < times; i++) {
      refused += connect(CLUSTER_IP, 80).contains("refused") ? 1 : 0;
    }
    return refused;
  }

  @Test
  @LeavesNothing
  void shouldEjectWhatRefusesThisMachinesConnections() throws Exception {
    int dead = freePort();
    String labels = "{endpoint=\"127.0.0.1:" + dead + "\",service=\"web\"} ";
    try (ProxyProcess proxy = ProxyProcess.start(Linux.kernel(), writeDead(dead), said::add)) {
      assertThat(connects(2)).isEqualTo(1);
      await().until(() -> metrics(proxy).contains("endpoint_ejections_total" + labels + "1.0"));
      assertThat(metrics(proxy))
          .contains("lighter_proxy_endpoint_failures_total" + labels + "1.0")
          .contains("lighter_proxy_endpoint_up" + labels + "0.0");
      assertThat(connects(3)).isZero();
      assertThat(proxy.reload()).isTrue();
      assertThat(connects(3)).isZero();
    }
  }

  @Test
  @LeavesNothing
  void shouldSayOnceWhenNothingIsEjected() throws Exception {
    Linux linux =
        new Linux(
            new FaultySystemCalls(
                (call, a0, a1) ->
                    FaultySystemCalls.isProgramLoad(call, a0, a1, SOCK_OPS) ? Errno.EPERM : 0));
    Path file = writeDead(freePort());
    try (ProxyProcess proxy = ProxyProcess.start(linux, file, said::add)) {
      assertThat(said)
          .singleElement()
          .asString()
          .startsWith("endpoints that refuse this machine's connections are not ejected: ");
      assertThat(connects(4)).isEqualTo(2);
      Files.writeString(file, Files.readString(file).replace("1h", "2h"));
      assertThat(proxy.reload()).isTrue();
      assertThat(said).hasSize(2).last().isEqualTo("reloaded " + file);
    }
  }
}
