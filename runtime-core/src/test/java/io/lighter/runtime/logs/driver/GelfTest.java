package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogSink;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of GELF by datagrams and streams. */
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = Resource.CGROUP)
class GelfTest {
  private static final long TIME = 1_767_323_045_060_700_000L;

  private static LogSink open(String address, String... more) {
    Map<String, String> options = new HashMap<>();
    options.put("gelf-address", address);
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return LogDrivers.standard(Runnable::run).open("gelf", Containers.web(), options);
  }

  private static String expected(String message, String time, int level, String more) {
    return "{\"version\":\"1.1\",\"host\":\""
        + Linux.kernel().uname().nodename()
        + "\",\"short_message\":\""
        + message
        + "\",\"timestamp\":"
        + time
        + ",\"level\":"
        + level
        + ",\"_command\":\"nginx -g daemon off;\",\"_container_id\":\""
        + Containers.ID
        + "\",\"_container_name\":\"web\",\"_created\":\"2026-01-02T03:04:05.06Z\""
        + ",\"_image_id\":\"sha256:fedcba9876543210\",\"_image_name\":\"nginx:1.27\""
        + more
        + "}";
  }

  private static final String TAG = ",\"_tag\":\"0123456789ab\"";

  private static DatagramChannel bind() throws IOException {
    return DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static String udp(DatagramChannel peer) throws IOException {
    return "udp://127.0.0.1:" + ((InetSocketAddress) peer.getLocalAddress()).getPort();
  }

  private static byte[] receive(DatagramChannel peer) throws IOException {
    ByteBuffer datagram = ByteBuffer.allocate(70_000);
    peer.receive(datagram);
    byte[] bytes = new byte[datagram.flip().remaining()];
    datagram.get(bytes);
    return bytes;
  }

  private static String read(InputStream in) throws IOException {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void shouldWriteGosBytesIntoAStream() throws IOException {
    try (StreamPeer peer = StreamPeer.tcp();
        LogSink sink =
            open("tcp://127.0.0.1:" + peer.port(), "labels", "com.example.team,tier", "env", "X")) {
      // An empty line has no message.
      assertThat(sink.append(TextBatch.stdout(TIME, "a \"<b>\"\n\n"))).isEqualTo(9);
      assertThat(sink.append(TextBatch.stderr(1_767_323_045_000_000_000L, "oh\n"))).isEqualTo(3);
      String labels = TAG + ",\"_tier\":\"front\"";
      String team = ",\"_com.example.team\":\"blue \\u0026 green\",\"_command\"";
      String both =
          expected("a \\\"\\u003cb\\u003e\\\"", "1767323045.06", 6, labels)
                  .replace(",\"_command\"", team)
              + "\0"
              + expected("oh", "1767323045", 3, labels).replace(",\"_command\"", team)
              + "\0";
      await().untilAsserted(() -> assertThat(peer.text()).isEqualTo(both));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zlib", "none"})
  void shouldCompressADatagram(String type) throws IOException {
    try (DatagramChannel peer = bind();
        LogSink sink = open(udp(peer), "gelf-compression-type", type)) {
      sink.append(TextBatch.stdout(TIME, "hello\n"));
      InputStream bytes = new ByteArrayInputStream(receive(peer));
      String message =
          switch (type) {
            case "gzip" -> read(new GZIPInputStream(bytes));
            case "zlib" -> read(new InflaterInputStream(bytes));
            default -> read(bytes);
          };
      assertThat(message).isEqualTo(expected("hello", "1767323045.06", 6, TAG));
    }
  }

  @Test
  void shouldSendALongMessageInChunks() throws IOException {
    // Letters that do not compress well.
    StringBuilder piece = new StringBuilder();
    new Random(1)
        .ints(LogBatch.PIECE_BYTES - 1, 'a', 'z')
        .forEach(letter -> piece.append((char) letter));
    try (DatagramChannel peer = bind();
        LogSink sink = open(udp(peer), "gelf-compression-level", "9")) {
      assertThat(sink.append(TextBatch.stdout(TIME, piece + "\n"))).isEqualTo(LogBatch.PIECE_BYTES);
      byte[] first = receive(peer);
      assertThat(first).hasSize(1420).startsWith(0x1e, 0x0f);
      int count = first[11];
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.write(first, 12, first.length - 12);
      for (int i = 1; i < count; i++) {
        byte[] next = receive(peer);
        assertThat(Arrays.copyOf(next, 10)).isEqualTo(Arrays.copyOf(first, 10));
        assertThat(next[10]).isEqualTo((byte) i);
        assertThat(next[11]).isEqualTo((byte) count);
        all.write(next, 12, next.length - 12);
      }
      assertThat(read(new GZIPInputStream(new ByteArrayInputStream(all.toByteArray()))))
          .isEqualTo(expected(piece.toString(), "1767323045.06", 6, TAG));
    }
  }

  @Test
  void shouldGiveUpAfterAsManyReconnectsAsMayBe() throws IOException {
    StreamPeer peer = StreamPeer.tcp();
    int port = peer.port();
    try (LogSink sink =
        open(
            "tcp://127.0.0.1:" + port,
            "gelf-tcp-max-reconnect",
            "1",
            "gelf-tcp-reconnect-delay",
            "0")) {
      peer.close();
      assertThat(sink.append(TextBatch.stdout(TIME, "one\n"))).isZero();
      assertThatThrownBy(() -> sink.append(TextBatch.stdout(TIME, "one\n")))
          .isInstanceOf(LogDriverException.class)
          .hasMessageContaining("gave tcp://127.0.0.1:" + port + " up after 2 failures");
      peer = StreamPeer.tcp(port);
      StreamPeer back = peer;
      assertThat(sink.append(TextBatch.stdout(TIME, "two\n"))).isEqualTo(4);
      await().untilAsserted(() -> assertThat(back.text()).contains("\"two\""));
    } finally {
      peer.close();
    }
  }
}
