package io.lighter.proxy.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One process after the other at the same addresses. Here all of them are in this JVM. */
@Timeout(120)
@LeavesNothing(
    except = {Resource.CGROUP, Resource.NETWORK_NAMESPACE},
    ignoring = "socket:")
class HandoverTest {
  private static final int HANDOVERS = 20;
  private static final int CLIENTS = 3;

  @TempDir private Path folder;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private ServerSocket server = new ServerSocket();
  private DatagramSocket echo = new DatagramSocket(null);

  HandoverTest() throws IOException {}

  @BeforeAll
  static void warmUp() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
      new Socket(loopback(), socket.getLocalPort()).close();
    }
    new DatagramSocket().close();
  }

  @BeforeEach
  void open() throws IOException {
    server.close();
    server = new ServerSocket(0, 500, loopback());
    echo.close();
    echo = new DatagramSocket(0, loopback());
    start(this::serve);
    start(this::echo);
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    echo.close();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private Thread start(Runnable work) {
    Thread thread = Thread.ofPlatform().start(work);
    threads.add(thread);
    return thread;
  }

  /** Sends back what comes. */
  private void serve() {
    try {
      while (true) {
        Socket client = server.accept();
        start(
            () -> {
              try (client) {
                client.getInputStream().transferTo(client.getOutputStream());
              } catch (IOException e) {
                // It has gone.
              }
            });
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void echo() {
    try {
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      while (true) {
        packet.setLength(100);
        echo.receive(packet);
        echo.send(packet);
      }
    } catch (IOException e) {
      // It is closed.
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

  private Path control() {
    return folder.resolve("control");
  }

  private Path write(int threads, int port, String more) throws IOException {
    return Files.writeString(
        folder.resolve("proxy.yaml"),
        """
        tier: epoll
        threads: %d
        control: %s
        grace: 20s
        services:
          web: {listen: ["127.0.0.1:%d"], endpoints: ["127.0.0.1:%d"]}
          dns: {listen: ["udp://0.0.0.0:%d"], endpoints: ["127.0.0.1:%d"], timeouts: {flow: 1s}}
        %s
        """
            .formatted(
                threads, control(), port, server.getLocalPort(), port, echo.getLocalPort(), more));
  }

  private ProxyProcess start(Path file) throws Exception {
    return ProxyProcess.start(Linux.kernel(), file, said::add);
  }

  private static void ask(Socket socket, int what) throws IOException {
    socket.getOutputStream().write(what);
    assertThat(socket.getInputStream().read()).isEqualTo(what & 0xff);
  }

  private static void askUntil(
      AtomicBoolean over, int port, AtomicInteger done, Queue<Throwable> failures) {
    while (!over.get()) {
      try (Socket socket = new Socket(loopback(), port)) {
        socket.setSoTimeout(20_000);
        ask(socket, done.incrementAndGet());
      } catch (IOException | AssertionError e) {
        failures.add(e);
      }
    }
  }

  private static void exchange(DatagramSocket socket, int port, int number) throws IOException {
    byte[] bytes = ("number " + number).getBytes(UTF_8);
    socket.send(new DatagramPacket(bytes, bytes.length, loopback(), port));
    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
    socket.receive(answer);
    assertThat(new String(answer.getData(), 0, answer.getLength(), UTF_8))
        .isEqualTo("number " + number);
  }

  private static void exchangeUntil(
      AtomicBoolean over, int port, AtomicInteger done, Queue<Throwable> failures) {
    try (DatagramSocket kept = new DatagramSocket()) {
      while (!over.get()) {
        try (DatagramSocket fresh = new DatagramSocket()) {
          kept.setSoTimeout(10_000);
          fresh.setSoTimeout(10_000);
          exchange(kept, port, done.incrementAndGet());
          exchange(fresh, port, done.incrementAndGet());
        }
      }
    } catch (IOException | AssertionError e) {
      failures.add(e);
    }
  }

  @Test
  void shouldNeitherRefuseNorCutNorLose() throws Exception {
    int port = freePort();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    AtomicInteger datagrams = new AtomicInteger();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    ProxyProcess current = start(write(2, port, ""));
    List<Socket> kept = new ArrayList<>();
    List<Thread> load = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        load.add(start(() -> askUntil(over, port, done, failures)));
      }
      load.add(start(() -> exchangeUntil(over, port, datagrams, failures)));
      for (int i = 0; i < HANDOVERS; i++) {
        kept.add(new Socket(loopback(), port));
        ask(kept.getLast(), i);
        ProxyProcess old = current;
        current = start(write(1 + i % 4, port, ""));
        old.takenOver().join();
        load.add(start(() -> end(old, failures)));
        for (Socket each : kept) {
          ask(each, i);
        }
        int before = done.get();
        await().until(() -> done.get() > before);
      }
    } finally {
      over.set(true);
      for (Socket each : kept) {
        each.close();
      }
      for (Thread thread : load) {
        thread.join();
      }
      current.close();
    }
    assertThat(failures).isEmpty();
    assertThat(done.get()).isGreaterThan(HANDOVERS);
    assertThat(datagrams.get()).isGreaterThan(HANDOVERS);
    assertThat(control()).doesNotExist();
  }

  private static void end(Socket socket) throws IOException {
    socket.close();
  }

  private static void end(ProxyProcess old, Queue<Throwable> failures) {
    try {
      if (!old.end()) {
        failures.add(new AssertionError("connections were cut"));
      }
    } catch (InterruptedException e) {
      failures.add(e);
    }
  }

  @Test
  void shouldGoOnWhenTheNewOneCannotStart() throws Exception {
    int port = freePort();
    int metrics = freePort();
    String more = "metrics: 127.0.0.1:" + metrics;
    try (ProxyProcess old = start(write(1, port, more));
        Socket connected = new Socket(loopback(), port)) {
      Path wrong = write(2, port, more + "\naccessLog: /no/such/folder/log");
      assertThatThrownBy(() -> start(wrong)).hasMessageContaining("/no/such/folder/log");
      await().until(() -> said.toString().contains("all goes on as before"));
      ask(connected, 1);
      try (Socket socket = new Socket(loopback(), port)) {
        ask(socket, 2);
      }
      await().until(() -> new InetSocketAddress(loopback(), metrics).equals(old.metricsAddress()));
      assertThat(old.takenOver()).isNotDone();
      write(2, port, more);
      assertThat(old.reload()).isTrue();
    }
    assertThat(control()).doesNotExist();
  }

  @Test
  void shouldServeOtherAddressesWhenTheNewFileSaysSo() throws Exception {
    int port = freePort();
    int other = freePort();
    int metrics = freePort();
    ProxyProcess old = start(write(2, port, "metrics: 127.0.0.1:" + metrics));
    try (Socket connected = new Socket(loopback(), port)) {
      ask(connected, 1);
      try (ProxyProcess next = start(write(1, other, "metrics: 127.0.0.1:" + metrics))) {
        old.takenOver().join();
        Thread ending = start(() -> end(old, new ConcurrentLinkedQueue<>()));
        try (Socket socket = new Socket(loopback(), other)) {
          ask(socket, 2);
        }
        await()
            .untilAsserted(
                () ->
                    assertThatThrownBy(() -> new Socket(loopback(), port).close())
                        .hasMessageContaining("refused"));
        ask(connected, 3);
        assertThat(next.metricsAddress()).isNotNull();
        end(connected);
        ending.join();
      }
    }
  }

  /** Both are of one user, whom SO_REUSEPORT would let share the address. */
  @Test
  void shouldRefuseToShareAnAddressUnnoticed() throws Exception {
    int port = freePort();
    Path file = write(2, port, "");
    try (ProxyProcess first = start(file)) {
      String text = Files.readString(file).replace("control: " + control(), "");
      Path alone = Files.writeString(folder.resolve("other.yaml"), text);
      try (ProxyProcess second = start(alone)) {
        assertThat(second.takenOver()).isNotDone();
        assertThat(said)
            .hasSize(2)
            .anyMatch(line -> line.contains("TCP") && line.contains("another process listens"))
            .anyMatch(line -> line.contains("udp") && line.contains("in use by another program"));
      }
      assertThat(first.reload()).isTrue();
      try (Socket socket = new Socket(loopback(), port)) {
        ask(socket, 1);
      }
    }
  }

  /** A wildcard address and one of the same port, both of one process. */
  @Test
  void shouldShareAPortWithItself() throws Exception {
    int port = freePort();
    String more =
        """
          one: {listen: ["127.0.0.2:%d", "udp://127.0.0.2:%d"], endpoints: ["127.0.0.1:%d"]}
          all: {listen: ["0.0.0.0:%d"], endpoints: ["127.0.0.1:%d"]}
        """
            .formatted(port, port, server.getLocalPort(), port, server.getLocalPort());
    try (ProxyProcess process = start(write(2, port, more.stripTrailing()))) {
      assertThat(said).isEmpty();
      for (String address : new String[] {"127.0.0.1", "127.0.0.2", "127.0.0.3"}) {
        try (Socket socket = new Socket(InetAddress.ofLiteral(address), port)) {
          ask(socket, 1);
        }
      }
      assertThat(process.reload()).isTrue();
    }
  }
}
