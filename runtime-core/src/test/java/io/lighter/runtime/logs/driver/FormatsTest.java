package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.notation.GoDuration;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Go's standard library writes and reads, and so Docker. */
class FormatsTest {
  private static String json(byte[] text) {
    LogLine line = new LogLine();
    line.set(LogStream.STDOUT, MemorySegment.ofArray(text), 0, text.length, text.length);
    ByteWriter out = new ByteWriter();
    GoJson.put(out, line);
    return new String(out.toArray(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void shouldEscapeAsGo() {
    assertThat(json("a\"b\\c<d>e&f\u007f".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("\"a\\\"b\\\\c\\u003cd\\u003ee\\u0026f\u007f\"");
    assertThat(json("\b\f\n\r\t\u0000\u001b".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("\"\\b\\f\\n\\r\\t\\u0000\\u001b\"");
    assertThat(json("ü€😀\u2028\u2029\u202a".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("\"ü€😀\\u2028\\u2029\u202a\"");
  }

  @Test
  void shouldWriteAMapAsGo() {
    assertThat(GoJson.object(Map.of("z", "<1>\t", "a", "2")))
        .isEqualTo("{\"a\":\"2\",\"z\":\"\\u003c1\\u003e\\t\"}");
    assertThat(GoJson.object(Map.of())).isEmpty();
  }

  @Test
  void shouldReplaceEachByteThatIsNoUtf8() {
    assertThat(json(bytes('a', 0xff, 'b'))).isEqualTo("\"a\\ufffdb\"");
    assertThat(json(bytes(0xe2, 0x82))).isEqualTo("\"\\ufffd\\ufffd\"");
    assertThat(json(bytes(0xc0, 0xaf))).isEqualTo("\"\\ufffd\\ufffd\"");
    assertThat(json(bytes(0xed, 0xa0, 0x80))).isEqualTo("\"\\ufffd\\ufffd\\ufffd\"");
    assertThat(json(bytes(0xf4, 0x90, 0x80, 0x80))).isEqualTo("\"" + "\\ufffd".repeat(4) + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1s, 1000000000",
    "1.5s, 1500000000",
    "2m30s, 150000000000",
    "-1h, -3600000000000",
    "+100ms, 100000000",
    "1us, 1000",
    "1µs, 1000",
    ".5ms, 500000",
    "7ns, 7",
    "1.s, 1000000000"
  })
  void shouldReadDurationsAsGo(String text, long nanos) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "s", "1 s", "1s ", "1d", "--1s", "1e3s", "9999999h"})
  void shouldRefuseOtherDurations(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldWriteTimesAsGo() {
    long time = 1_767_323_045_060_700_000L;
    ZoneId zone = ZoneOffset.ofHours(2);
    assertThat(GoTime.rfc3339Nano(time)).isEqualTo("2026-01-02T03:04:05.0607Z");
    assertThat(GoTime.rfc3339Nano(1_767_323_045_000_000_000L)).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(GoTime.rfc3339(time, zone)).isEqualTo("2026-01-02T05:04:05+02:00");
    assertThat(GoTime.rfc3339(time, ZoneOffset.UTC)).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(GoTime.rfc3339Micro(time, zone)).isEqualTo("2026-01-02T05:04:05.060700+02:00");
    assertThat(GoTime.stamp(time, zone)).isEqualTo("Jan  2 05:04:05");
  }
}
