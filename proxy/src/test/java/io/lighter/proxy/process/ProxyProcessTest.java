package io.lighter.proxy.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.proxy.config.ConfigException;
import io.lighter.testing.LeavesNothing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProxyProcessTest {
  @TempDir private Path folder;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  /** Says its name to each who connects. */
  private final class NameServer {
    private final ServerSocket socket = new ServerSocket(0, 50, loopback());
    private final String name;
    private final Thread thread;

    NameServer(String name) throws IOException {
      this.name = name;
      this.thread = Thread.ofPlatform().name("server-" + name).start(this::run);
      open.add(this::end);
    }

    private void run() {
      try {
        while (true) {
          try (Socket client = socket.accept()) {
            client.getOutputStream().write(name.getBytes(UTF_8));
          }
        }
      } catch (IOException e) {
        // It is closed.
      }
    }

    int port() {
      return socket.getLocalPort();
    }

    void end() throws IOException, InterruptedException {
      socket.close();
      thread.join();
    }
  }

  /** The JDK keeps what it waits by for sockets. */
  @BeforeAll
  static void warmUp() throws Exception {
    Path file = Files.createTempFile("warm", ".yaml");
    Files.writeString(
        file,
        """
        tier: epoll
        metrics: 127.0.0.1:%d
        services: {x: {listen: '127.0.0.1:%d', endpoints: ['127.0.0.1:1'], check: {tcp: true, interval: 5ms, fall: 1}}}
        """
            .formatted(freePort(), freePort()));
    try (ProxyProcess process = ProxyProcess.start(Linux.kernel(), file, line -> {})) {
      get(at(process).getPort(), "/metrics");
      InetSocketAddress nobody = new InetSocketAddress(loopback(), 1);
      await().until(() -> !process.balancer().isUp("x", nobody));
    }
    Files.delete(file);
    new DatagramSocket().close();
    Path.of("/").getFileSystem().newWatchService().close();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
      return socket.getLocalPort();
    }
  }

  private static InetSocketAddress at(ProxyProcess process) {
    return Objects.requireNonNull(process.metricsAddress());
  }

  private Path write(String text) throws IOException {
    // Tier two, by default, would be for all processes of the machine.
    return Files.writeString(folder.resolve("proxy.yaml"), text + "\ntier: epoll\n");
  }

  private ProxyProcess start(Path file) throws Exception {
    ProxyProcess process = ProxyProcess.start(Linux.kernel(), file, said::add);
    open.addFirst(process);
    return process;
  }

  /** Returns what comes from a port; empty for who is refused or reset. */
  private static String ask(int port) {
    try (Socket socket = new Socket(loopback(), port)) {
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (SocketException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the answer from its code on. The JDK's clients would keep the connection. */
  private static String get(int port, String path) throws IOException {
    try (Socket socket = new Socket(loopback(), port)) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      return answer.substring(answer.indexOf(' ') + 1);
    }
  }

  @Test
  @LeavesNothing
  void shouldDoWhatTheFileSaysAndTellFigures() throws Exception {
    NameServer a = new NameServer("a");
    int port = freePort();
    int nobody = freePort();
    Path file =
        write(
            """
            metrics: 127.0.0.1:%d
            services:
              web:
                listen: 127.0.0.1:%d
                endpoints: [127.0.0.1:%d, 127.0.0.1:%d]
                check: {tcp: true, interval: 10ms, fall: 1}
              dns:
                listen: udp://127.0.0.1:%d
                endpoints: [127.0.0.1:%d]
            """
                .formatted(freePort(), port, a.port(), nobody, port, nobody));
    try (ProxyProcess process = start(file)) {
      await()
          .until(() -> !process.balancer().isUp("web", new InetSocketAddress(loopback(), nobody)));
      for (int i = 0; i < 4; i++) {
        assertThat(ask(port)).isEqualTo("a");
      }
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.send(new DatagramPacket(new byte[5], 5, loopback(), port));
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(get(at(process).getPort(), "/metrics"))
                      .startsWith("200 ")
                      .contains(
                          "lighter_proxy_connections_total{service=\"web\"} 4.0",
                          "lighter_proxy_bytes_total{direction=\"from\",service=\"web\"} 4.0",
                          "lighter_proxy_endings_total{ending=\"done\",service=\"web\"} 4.0",
                          "lighter_proxy_connect_seconds_count 4",
                          "lighter_proxy_connect_seconds_bucket{le=\"+Inf\"} 4",
                          "lighter_proxy_endpoint_up{endpoint=\"127.0.0.1:%d\",service=\"web\"} 1.0"
                              .formatted(a.port()),
                          "lighter_proxy_endpoint_up{endpoint=\"127.0.0.1:%d\",service=\"web\"} 0.0"
                              .formatted(nobody),
                          "lighter_proxy_datagram_bytes_total{direction=\"to\",service=\"dns\"}"
                              + " 5.0",
                          "lighter_proxy_unreachable_total{service=\"dns\"} 1.0"));
    }
    assertThat(said).isEmpty();
  }

  /** Half a request is no reason for others not to get their answer. */
  @Test
  @LeavesNothing
  void shouldAnswerThoughAClientStalls() throws Exception {
    try (ProxyProcess process = start(write("metrics: 127.0.0.1:" + freePort()));
        Socket stalled = new Socket(loopback(), at(process).getPort())) {
      stalled.getOutputStream().write("GET /met".getBytes(UTF_8));
      assertThat(get(at(process).getPort(), "/metrics")).startsWith("200 ");
      assertThat(get(at(process).getPort(), "/nothing")).startsWith("404 ");
    }
  }

  @Test
  @LeavesNothing
  void shouldReloadAndKeepWhatWasWhenTheFileIsWrong() throws Exception {
    NameServer a = new NameServer("a");
    NameServer b = new NameServer("b");
    int port = freePort();
    String text = "services: {web: {listen: '127.0.0.1:%d', endpoints: ['127.0.0.1:%d']}}";
    try (ProxyProcess process = start(write(text.formatted(port, a.port())))) {
      assertThat(ask(port)).isEqualTo("a");
      write(text.formatted(port, b.port()));
      assertThat(process.reload()).isTrue();
      assertThat(ask(port)).isEqualTo("b");
      write("services: {web: {lisen: 1}}");
      assertThat(process.reload()).isFalse();
      assertThat(said.getLast()).contains("not reloaded", "did you mean listen");
      assertThat(ask(port)).isEqualTo("b");
      write(
          "services: {web: {listen: '127.0.0.1:%d', endpoints: ['unix:/x'], transparent: true}}"
              .formatted(port));
      assertThat(process.reload()).isFalse();
      assertThat(ask(port)).isEqualTo("b");
      write("");
      assertThat(process.reload()).isTrue();
      assertThat(ask(port)).isEmpty();
    }
  }

  @Test
  @LeavesNothing
  void shouldFollowManifestsOfKubernetes() throws Exception {
    NameServer a = new NameServer("a");
    NameServer b = new NameServer("b");
    int port = freePort();
    int healthPort = freePort();
    Path manifests = Files.createDirectory(folder.resolve("manifests"));
    Files.writeString(
        manifests.resolve("service.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: default}
        spec:
          type: LoadBalancer
          clusterIP: 127.0.0.1
          clusterIPs: [127.0.0.1]
          ipFamilies: [IPv4]
          externalTrafficPolicy: Local
          healthCheckNodePort: %d
          ports: [{name: http, port: %d, targetPort: 1, protocol: TCP}]
        """
            .formatted(healthPort, port));
    slice(manifests, a.port());
    Path file = write("kubernetes: {manifests: %s, node: here}".formatted(manifests));
    try (ProxyProcess process = start(file)) {
      assertThat(ask(port)).as(() -> said.toString()).isEqualTo("a");
      assertThat(get(healthPort, "/"))
          .startsWith("200 ")
          .contains("\"name\":\"web\"", "\"localEndpoints\":1");
      slice(manifests, b.port());
      await().until(() -> ask(port).equals("b"));
      Files.writeString(manifests.resolve("bad.yaml"), "kind: [");
      await().until(() -> said.toString().contains("all goes on as before"));
      assertThat(ask(port)).isEqualTo("b");
      Files.delete(manifests.resolve("bad.yaml"));
      Files.delete(manifests.resolve("slice.yaml"));
      await().until(() -> ask(port).isEmpty());
      await().until(() -> get(healthPort, "/").startsWith("503 "));
      assertThat(process.reload()).isTrue();
    }
    assertThat(ask(healthPort)).isEmpty();
  }

  @Test
  @LeavesNothing
  void shouldSayWhereAnAnnotationForTurboIsLeftOut() throws Exception {
    NameServer a = new NameServer("a");
    int port = freePort();
    Path manifests = Files.createDirectory(folder.resolve("manifests"));
    Files.writeString(
        manifests.resolve("service.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
          namespace: default
          annotations: {proxy.lighter.io/turbo: "true"}
        spec:
          clusterIP: 127.0.0.1
          clusterIPs: [127.0.0.1]
          ipFamilies: [IPv4]
          ports:
            - {name: http, port: %d, targetPort: 1, protocol: TCP}
            - {name: dns, port: %d, targetPort: 1, protocol: UDP}
        """
            .formatted(port, port));
    slice(manifests, a.port());
    try (ProxyProcess process =
        start(write("kubernetes: {manifests: %s, node: here}".formatted(manifests)))) {
      assertThat(ask(port)).isEqualTo("a");
      assertThat(process.balancer().services().services()).hasSize(2);
      assertThat(said)
          .containsExactlyInAnyOrder(
              "service default/web:http: turbo is left out: it needs eBPF",
              "service default/web:dns: turbo is left out: it is for TCP only");
    }
  }

  private static void slice(Path manifests, int port) throws IOException {
    Path temporary =
        Files.writeString(
            manifests.resolve("slice.tmp"),
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: web-1
              namespace: default
              labels: {kubernetes.io/service-name: web}
            addressType: IPv4
            ports: [{name: http, port: %d, protocol: TCP}]
            endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}, nodeName: here}]
            """
                .formatted(port));
    Files.move(temporary, manifests.resolve("slice.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  @LeavesNothing
  void shouldLetConnectionsEndBeforeItEnds() throws Exception {
    NameServer a = new NameServer("a");
    int port = freePort();
    String text = "services: {web: {listen: '127.0.0.1:%d', endpoints: ['127.0.0.1:%d']}}";
    ProxyProcess process = start(write(text.formatted(port, a.port()) + "\ngrace: 300ms"));
    assertThat(ask(port)).isEqualTo("a");
    assertThat(process.end()).isTrue();
    assertThat(ask(port)).isEmpty();
    try (ServerSocket silent = new ServerSocket(0, 5, loopback())) {
      write(text.formatted(port, silent.getLocalPort()) + "\ngrace: 100ms");
      ProxyProcess other = start(folder.resolve("proxy.yaml"));
      try (Socket client = new Socket(loopback(), port);
          Socket accepted = silent.accept()) {
        assertThat(accepted.isConnected()).isTrue();
        assertThat(other.end()).isFalse(); // it goes on, and is cut
        assertThatThrownBy(
                () -> {
                  if (client.getInputStream().read() < 0) {
                    throw new IOException("the end");
                  }
                })
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  @LeavesNothing
  void shouldWriteAnAccessLogAndOpenItAgain() throws Exception {
    NameServer a = new NameServer("a");
    int port = freePort();
    Path log = folder.resolve("access.log");
    String text =
        "{services: {web: {listen: '127.0.0.1:%d', endpoints: ['127.0.0.1:%d']}}, accessLog: %s}"
            .formatted(port, a.port(), log);
    Path file =
        Files.writeString(folder.resolve("log.yaml"), text.replaceFirst("}$", ", tier: epoll}"));
    try (ProxyProcess process = start(file)) {
      assertThat(ask(port)).isEqualTo("a");
      await().until(() -> Files.readString(log).contains("end=done"));
      Files.move(log, folder.resolve("access.log.1"));
      assertThat(process.reload()).isTrue();
      assertThat(ask(port)).isEqualTo("a");
      await().until(() -> Files.exists(log) && Files.readString(log).contains("service=web"));
      assertThat(Files.readString(log).lines()).hasSize(1);
    }
  }

  @Test
  void shouldNameWhatIsWrong() throws Exception {
    assertThatThrownBy(() -> start(write("teir: ebpf"))).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> start(folder.resolve("none"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> start(write("control: /no/folder/x")))
        .hasMessageContaining("control: /no/folder/x cannot be made");
    try (ServerSocket taken = new ServerSocket(0, 1, loopback())) {
      String metrics = "metrics: 127.0.0.1:" + taken.getLocalPort();
      assertThatThrownBy(() -> start(write(metrics)))
          .hasMessageContaining("metrics cannot be served");
      start(
          write(
              "services: {web: {listen: '127.0.0.1:%d', endpoints: []}}"
                  .formatted(taken.getLocalPort())));
      assertThat(said).singleElement().asString().contains("cannot listen", "web");
    }
  }
}
