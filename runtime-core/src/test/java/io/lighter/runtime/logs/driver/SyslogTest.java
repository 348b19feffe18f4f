package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogSink;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages of syslog, and what becomes of them when the receiver is slow or away. */
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = Resource.CGROUP)
class SyslogTest {
  private static final long TIME = 1_767_323_045_060_700_000L;

  @TempDir private Path folder;

  private static LogSink open(String address, String... more) {
    Map<String, String> options = new HashMap<>();
    options.put("syslog-address", address);
    options.put("tag", "{{.Name}}");
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return LogDrivers.standard(Runnable::run).open("syslog", Containers.web(), options);
  }

  private static String numbers(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "line " + i + "\n")
        .collect(Collectors.joining());
  }

  /** The numbers of all lines that came, in their order. */
  private static List<Integer> came(String text) {
    Matcher numbers = Pattern.compile("line (\\d+)( x+)?\n").matcher(text);
    return numbers.results().map(number -> Integer.valueOf(number.group(1))).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''           | <30>STAMP web[PID]: hello;<27>STAMP web[PID]: oh;",
        "rfc3164      | <30>STAMP HOST web[PID]: hello;<27>STAMP HOST web[PID]: oh;",
        "rfc5424      | <30>1 SECOND HOST web PID web - hello;<27>1 SECOND HOST web PID web - oh;",
        "rfc5424micro | <30>1 MICRO HOST web PID web - hello;<27>1 MICRO HOST web PID web - oh;",
      })
  void shouldWriteDockersBytes(String format, String expected) throws IOException {
    try (StreamPeer peer = StreamPeer.tcp()) {
      try (LogSink sink = open("tcp://127.0.0.1:" + peer.port(), "syslog-format", format)) {
        // An empty line has no message.
        assertThat(sink.append(TextBatch.stdout(TIME, "hello\n\n"))).isEqualTo(7);
        assertThat(sink.append(TextBatch.stderr(TIME, "\noh\n"))).isEqualTo(4);
        ZoneId zone = ZoneId.systemDefault();
        String bytes =
            expected
                .replace(";", "\n")
                .replace("STAMP", GoTime.stamp(TIME, zone))
                .replace("SECOND", GoTime.rfc3339(TIME, zone))
                .replace("MICRO", GoTime.rfc3339Micro(TIME, zone))
                .replace("HOST", Linux.kernel().uname().nodename())
                .replace("PID", Long.toString(ProcessHandle.current().pid()));
        await().untilAsserted(() -> assertThat(peer.text()).isEqualTo(bytes));
      }
    }
  }

  @Test
  void shouldSendDatagrams() throws IOException {
    try (DatagramChannel peer =
        DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      int port = ((InetSocketAddress) peer.getLocalAddress()).getPort();
      try (LogSink sink = open("udp://127.0.0.1:" + port, "syslog-facility", "local0")) {
        assertThat(sink.append(TextBatch.stdout(TIME, "a\nb\n"))).isEqualTo(4);
        for (String line : List.of("a", "b")) {
          ByteBuffer datagram = ByteBuffer.allocate(2048);
          peer.receive(datagram);
          assertThat(StandardCharsets.UTF_8.decode(datagram.flip()).toString())
              .startsWith("<134>")
              .endsWith("]: " + line + "\n");
        }
      }
    }
  }

  @Test
  void shouldNotMindThatNobodyHearsADatagram() throws IOException {
    int port;
    try (DatagramChannel peer =
        DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      port = ((InetSocketAddress) peer.getLocalAddress()).getPort();
    }
    try (LogSink sink = open("udp://127.0.0.1:" + port)) {
      for (int i = 0; i < 20; i++) {
        assertThat(sink.append(TextBatch.stdout(TIME, "a\nb\n"))).isEqualTo(4);
      }
    }
  }

  @Test
  void shouldSendToAPath() throws IOException {
    Path path = folder.resolve("syslog");
    try (StreamPeer peer = StreamPeer.unix(path);
        LogSink sink = open("unix://" + path)) {
      sink.append(TextBatch.stdout(TIME, "hello\n"));
      await().untilAsserted(() -> assertThat(peer.text()).endsWith("]: hello\n"));
    }
  }

  @Test
  void shouldSendDatagramsToAPathAndWaitForTheirReceiver() {
    Path path = folder.resolve("syslog");
    UnixReceiver peer = UnixReceiver.bind(path);
    try (LogSink sink = open("unixgram://" + path)) {
      // The queue is short: what does not fit is not taken.
      String text = numbers(0, 5_000);
      int done = sink.append(TextBatch.stdout(TIME, text));
      assertThat(done).isPositive().isLessThan(text.length());
      int count = came(text.substring(0, done)).size();
      for (int i = 0; i < count; i++) {
        assertThat(peer.next()).startsWith("<30>").endsWith("]: line " + i + "\n");
      }
      // It goes and comes back.
      peer.close();
      assertThat(sink.append(TextBatch.stdout(TIME, "line\n"))).isZero();
      peer = UnixReceiver.bind(path);
      TextBatch.appendAll(sink, TIME, "back\n");
      assertThat(peer.next()).endsWith("]: back\n");
    } finally {
      peer.close();
    }
  }

  @Test
  void shouldFindTheMachinesOwnDaemon() throws IOException {
    Path none = folder.resolve("none");
    Path datagrams = folder.resolve("datagrams");
    Path stream = folder.resolve("stream");
    SyslogDriver driver = new SyslogDriver(List.of(none.toString(), datagrams.toString()));
    try (UnixReceiver peer = UnixReceiver.bind(datagrams);
        LogSink sink = driver.open(Containers.web(), Map.of("syslog-format", "rfc5424"))) {
      sink.append(TextBatch.stdout(TIME, "hello\n"));
      assertThat(peer.next()).matches("<30>\\w{3} .{11} 0123456789ab\\[\\d+]: hello\n");
    }
    try (StreamPeer peer = StreamPeer.unix(stream);
        LogSink sink =
            new SyslogDriver(List.of(stream.toString())).open(Containers.web(), Map.of())) {
      sink.append(TextBatch.stdout(TIME, "hello\n"));
      await().untilAsserted(() -> assertThat(peer.text()).endsWith("]: hello\n"));
    }
    assertThatThrownBy(
            () -> new SyslogDriver(List.of(none.toString())).open(Containers.web(), Map.of()))
        .isInstanceOf(LogDriverException.class)
        .hasMessageContaining("no syslog daemon listens")
        .hasMessageContaining(none.toString());
  }

  @Test
  void shouldRefuseToStartWithoutTheReceiver() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() -> open("tcp://127.0.0.1:" + port))
        .isInstanceOf(LogDriverException.class)
        .hasMessageContaining("cannot connect to tcp://127.0.0.1:" + port);
  }

  @Test
  void shouldLoseNothingToASlowReceiver() throws IOException {
    try (StreamPeer peer = StreamPeer.slow();
        LogSink sink = open("tcp://127.0.0.1:" + peer.port())) {
      // More than the two sockets' buffers take.
      int lines = 20_000;
      String text = numbers(0, lines).replace("\n", " " + "x".repeat(1_000) + "\n");
      int done = 0;
      int more = 1;
      while (more > 0 && done < text.length()) {
        more = sink.append(part(text, done));
        done += more;
      }
      assertThat(done).isLessThan(text.length());
      peer.read();
      while (done < text.length()) {
        done += sink.append(part(text, done));
      }
      sink.flush();
      List<Integer> all = IntStream.range(0, lines).boxed().toList();
      await().untilAsserted(() -> assertThat(came(peer.text())).isEqualTo(all));
      assertThat(peer.connections()).isEqualTo(1);
    }
  }

  private static TextBatch part(String text, int from) {
    int end = Math.min(text.length(), from + 500_000);
    return TextBatch.stdout(TIME, text.substring(from, text.lastIndexOf('\n', end - 1) + 1));
  }

  @Test
  void shouldGoOnWhenTheReceiverComesBack() throws IOException {
    StreamPeer peer = StreamPeer.tcp();
    int port = peer.port();
    try (LogSink sink = open("tcp://127.0.0.1:" + port)) {
      TextBatch.appendAll(sink, TIME, numbers(0, 10));
      StreamPeer first = peer;
      await().untilAsserted(() -> assertThat(came(first.text())).hasSize(10));
      peer.close();
      // It has closed, which is seen before anything is written: nothing is lost.
      for (int i = 0; i < 3; i++) {
        assertThat(sink.append(TextBatch.stdout(TIME, numbers(10, 11)))).isZero();
      }
      peer = StreamPeer.tcp(port);
      TextBatch.appendAll(sink, TIME, numbers(10, 20));
      StreamPeer second = peer;
      await()
          .untilAsserted(
              () ->
                  assertThat(came(second.text()))
                      .isEqualTo(IntStream.range(10, 20).boxed().toList()));
    } finally {
      peer.close();
    }
  }

  @Test
  void shouldGoOnAfterResetsInTheMiddle() throws IOException {
    try (StreamPeer peer = StreamPeer.resetting(10_000);
        LogSink sink = open("tcp://127.0.0.1:" + peer.port())) {
      for (int i = 0; i < 50; i++) {
        TextBatch.appendAll(sink, TIME, numbers(100 * i, 100 * (i + 1)));
      }
      await().untilAsserted(() -> assertThat(peer.connections()).isGreaterThan(1));
      // Messages are whole, whatever a reset has swallowed.
      assertThat(came(peer.text())).hasSizeGreaterThan(100);
    }
  }

  @Test
  void shouldCutALongLineAsDocker() throws IOException {
    String piece = "x".repeat(LogBatch.PIECE_BYTES);
    try (StreamPeer peer = StreamPeer.tcp();
        LogSink sink = open("tcp://127.0.0.1:" + peer.port())) {
      assertThat(sink.append(TextBatch.goesOn(TIME, piece + "end\n", 0)))
          .isEqualTo(LogBatch.PIECE_BYTES + 4);
      await().untilAsserted(() -> assertThat(peer.text()).endsWith("]: end\n"));
      assertThat(peer.text()).contains("]: " + piece + "\n<30>");
    }
  }
}
