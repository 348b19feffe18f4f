package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogSink;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ArrayValue;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

/** The forward protocol, read by MessagePack's own library, and what becomes of a receiver. */
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = Resource.CGROUP)
class FluentdTest {
  private static final long TIME = 1_767_323_045_060_700_000L;

  @TempDir private Path folder;

  private static LogSink open(String address, String... more) {
    Map<String, String> options = new HashMap<>();
    options.put("fluentd-address", address);
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return LogDrivers.standard(Runnable::run).open("fluentd", Containers.web(), options);
  }

  private static String numbers(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "line " + i + "\n")
        .collect(Collectors.joining());
  }

  private static List<ArrayValue> messages(byte[] bytes) {
    List<ArrayValue> messages = new ArrayList<>();
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(bytes)) {
      while (in.hasNext()) {
        messages.add(in.unpackValue().asArrayValue());
      }
    } catch (IOException e) {
      // The last one is not whole yet.
      return messages;
    }
    return messages;
  }

  private static Map<Value, Value> record(ArrayValue message) {
    return message.get(2).asMapValue().map();
  }

  private static String field(ArrayValue message, String name) {
    Value value = record(message).get(ValueFactory.newString(name));
    return value == null ? "" : value.asStringValue().asString();
  }

  private static List<String> lines(byte[] bytes) {
    return messages(bytes).stream().map(message -> field(message, "log")).toList();
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "line " + i).toList();
  }

  /** Answers messages that came in one piece each, as fluentd does. */
  static byte[] acknowledge(byte[] bytes) {
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    for (ArrayValue message : messages(bytes)) {
      Value chunk = message.get(3).asMapValue().map().get(ValueFactory.newString("chunk"));
      try (var packer = MessagePack.newDefaultBufferPacker()) {
        packer.packMapHeader(1).packString("ack").packValue(chunk);
        answers.writeBytes(packer.toByteArray());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return answers.toByteArray();
  }

  @Test
  void shouldWriteTheseBytes() throws IOException {
    try (StreamPeer peer = StreamPeer.tcp();
        LogSink sink = open("127.0.0.1:" + peer.port(), "tag", "t", "labels", "tier")) {
      assertThat(sink.append(TextBatch.stderr(TIME, "hi\n"))).isEqualTo(3);
      String text = "94" + "a174" + "d2695735a5" + "85";
      text += "ac" + hex("container_id") + "d940" + hex(Containers.ID);
      text += "ae" + hex("container_name") + "a4" + hex("/web");
      text += "a4" + hex("tier") + "a5" + hex("front");
      text += "a6" + hex("source") + "a6" + hex("stderr");
      text += "a3" + hex("log") + "a2" + hex("hi") + "80";
      String expected = text;
      await()
          .untilAsserted(
              () -> assertThat(HexFormat.of().formatHex(peer.received())).isEqualTo(expected));
    }
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldTellNanosecondsAndPieces() throws IOException {
    String piece = "x".repeat(LogBatch.PIECE_BYTES);
    Path path = folder.resolve("fluentd");
    try (StreamPeer peer = StreamPeer.unix(path);
        LogSink sink = open("unix://" + path, "fluentd-sub-second-precision", "true")) {
      sink.append(TextBatch.goesOn(TIME, piece, 0));
      sink.append(TextBatch.goesOn(TIME + 5, "\n", LogBatch.PIECE_BYTES));
      await().untilAsserted(() -> assertThat(messages(peer.received())).hasSize(2));
      ArrayValue first = messages(peer.received()).get(0);
      ArrayValue second = messages(peer.received()).get(1);
      assertThat(first.get(0).asStringValue().asString()).isEqualTo("0123456789ab");
      assertThat(first.get(1).asExtensionValue().getType()).isZero();
      assertThat(HexFormat.of().formatHex(first.get(1).asExtensionValue().getData()))
          .isEqualTo("695735a5" + "039e3560");
      assertThat(second.get(1)).isEqualTo(first.get(1));
      assertThat(field(first, "log")).isEqualTo(piece);
      assertThat(field(second, "log")).isEmpty();
      assertThat(field(first, "partial_message")).isEqualTo("true");
      assertThat(field(first, "partial_ordinal")).isEqualTo("1");
      assertThat(field(first, "partial_last")).isEqualTo("false");
      assertThat(field(second, "partial_ordinal")).isEqualTo("2");
      assertThat(field(second, "partial_last")).isEqualTo("true");
      assertThat(field(second, "partial_id"))
          .isEqualTo(field(first, "partial_id"))
          .matches("\\w{64}");
    }
  }

  @Test
  void shouldCountOnlyWhatIsAcknowledged() throws IOException {
    StreamPeer silent = StreamPeer.tcp();
    int port = silent.port();
    try (LogSink sink =
        open(
            "127.0.0.1:" + port,
            "fluentd-request-ack",
            "true",
            "fluentd-read-timeout",
            "100ms",
            "fluentd-retry-wait",
            "1ms")) {
      assertThat(sink.append(TextBatch.stdout(TIME, numbers(0, 10)))).isZero();
      silent.close();
      try (StreamPeer peer = StreamPeer.answering(port, FluentdTest::acknowledge)) {
        TextBatch.appendAll(sink, TIME, numbers(0, 10));
        TextBatch.appendAll(sink, TIME, numbers(10, 1_000));
        assertThat(lines(peer.received())).containsSubsequence(numbered(0, 1_000));
      }
    } finally {
      silent.close();
    }
  }

  @Test
  void shouldNotTakeAForeignAnswerForItsOwn() throws IOException {
    byte[] foreign = HexFormat.of().parseHex("81a361636ba3" + hex("xyz"));
    try (StreamPeer peer = StreamPeer.answering(0, bytes -> foreign);
        LogSink sink = open("127.0.0.1:" + peer.port(), "fluentd-request-ack", "true")) {
      assertThat(sink.append(TextBatch.stdout(TIME, "hi\n"))).isZero();
    }
  }

  @Test
  void shouldGiveUpWhenToldSo() throws IOException {
    StreamPeer peer = StreamPeer.tcp();
    try (LogSink sink =
        open("127.0.0.1:" + peer.port(), "fluentd-max-retries", "2", "fluentd-retry-wait", "1ms")) {
      peer.close();
      assertThat(sink.append(TextBatch.stdout(TIME, "hi\n"))).isZero();
      assertThatThrownBy(() -> TextBatch.appendAll(sink, TIME, "hi\n"))
          .isInstanceOf(LogDriverException.class)
          .hasMessageContaining("fluentd log driver")
          .hasMessageContaining("after 2 failures");
    } finally {
      peer.close();
    }
  }

  @Test
  void shouldKeepLinesForAReceiverThatIsNotThereYet() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (LogSink sink =
        open(
            "127.0.0.1:" + port,
            "fluentd-async",
            "true",
            "fluentd-buffer-limit",
            "100",
            "fluentd-retry-wait",
            "1ms")) {
      // As many as may be; the rest is not taken, and so not lost.
      int done = sink.append(TextBatch.stdout(TIME, numbers(0, 200)));
      assertThat(done).isEqualTo(numbers(0, 100).length());
      assertThat(sink.append(TextBatch.stdout(TIME, numbers(100, 200)))).isZero();
      try (StreamPeer peer = StreamPeer.tcp(port)) {
        TextBatch.appendAll(sink, TIME, numbers(100, 200));
        await().untilAsserted(() -> assertThat(lines(peer.received())).isEqualTo(numbered(0, 200)));
      }
    }
  }

  @Test
  void shouldSendWhatIsInMemoryWhenItIsClosed() throws IOException {
    try (StreamPeer peer = StreamPeer.tcp()) {
      try (LogSink sink = open("127.0.0.1:" + peer.port(), "fluentd-async", "true")) {
        assertThat(TextBatch.appendAll(sink, TIME, numbers(0, 10_000))).isPositive();
      }
      await()
          .untilAsserted(() -> assertThat(lines(peer.received())).isEqualTo(numbered(0, 10_000)));
    }
  }

  @Test
  void shouldCloseWithoutAReceiver() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    LogSink sink = open("127.0.0.1:" + port, "fluentd-async", "true");
    assertThat(sink.append(TextBatch.stdout(TIME, "lost\n"))).isEqualTo(5);
    sink.close();
  }

  @Test
  void shouldRenewItsConnection() throws IOException {
    try (StreamPeer peer = StreamPeer.tcp();
        LogSink sink =
            open(
                "127.0.0.1:" + peer.port(),
                "fluentd-async",
                "true",
                "fluentd-async-reconnect-interval",
                "100ms")) {
      await()
          .untilAsserted(
              () -> {
                sink.append(TextBatch.stdout(TIME, "hi\n"));
                assertThat(peer.connections()).isGreaterThan(2);
              });
    }
  }

  @Test
  void shouldLeaveAReceiverThatTakesNothing() throws IOException {
    try (StreamPeer peer = StreamPeer.slow();
        LogSink sink = open("127.0.0.1:" + peer.port(), "fluentd-write-timeout", "100ms")) {
      String text = ("x".repeat(1_000) + "\n").repeat(500);
      await()
          .untilAsserted(
              () -> {
                sink.append(TextBatch.stdout(TIME, text));
                assertThat(peer.connections()).isGreaterThan(1);
              });
    }
  }
}
