package io.lighter.proxy.relay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.service.ProxyHeaders.Version;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

  private final Arena arena = Arena.ofAuto();
  private final ProxyHeaderReader reader = new ProxyHeaderReader();

  private MemorySegment segment(String bytes) {
    MemorySegment memory = arena.allocate(16 << 10);
    MemorySegment.copy(bytes.getBytes(ISO_8859_1), 0, memory, JAVA_BYTE, 0, bytes.length());
    return memory;
  }

  private int read(String bytes) {
    return reader.read(segment(bytes), bytes.length());
  }

  private static String text(long high, long low) throws UnknownHostException {
    byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    return InetAddress.getByAddress(bytes).getHostAddress();
  }

  private String flow() throws UnknownHostException {
    Flow flow = reader.flow();
    return text(flow.sourceHigh, flow.sourceLow)
        + " "
        + text(flow.destinationHigh, flow.destinationLow)
        + " "
        + flow.sourcePort
        + " "
        + flow.destinationPort;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TCP4 255.255.255.255 0.0.0.0 65535 0",
        "TCP4 10.1.2.3 127.0.0.1 4711 80",
        "TCP6 0:0:0:0:0:0:0:1 2001:db8:0:0:1:0:0:ff 1 2",
        "TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fe80:0:0:0:0:0:0:0 9 65535",
      })
  void shouldReadALine(String addresses) throws Exception {
    String line = "PROXY " + addresses + "\r\n";
    assertThat(read(line + "GET /")).isEqualTo(line.length());
    assertThat(reader.hasFlow()).isTrue();
    assertThat(flow()).isEqualTo(addresses.substring(5));
    for (int i = 1; i < line.length(); i++) {
      assertThat(read(line.substring(0, i))).isEqualTo(ProxyHeaderReader.INCOMPLETE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "::, 0:0:0:0:0:0:0:0",
    "::1, 0:0:0:0:0:0:0:1",
    "1::, 1:0:0:0:0:0:0:0",
    "1:2::8, 1:2:0:0:0:0:0:8",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "2001:DB8::a, 2001:db8:0:0:0:0:0:a"
  })
  void shouldReadADoubleColon(String written, String meant) throws Exception {
    assertThat(read("PROXY TCP6 " + written + " ::1 1 2\r\n")).isPositive();
    assertThat(flow()).startsWith(meant + " ");
  }

  @Test
  void shouldTakeTheAddressesOfTheConnectionWhenNoneAreTold() {
    assertThat(read("PROXY UNKNOWN\r\nx")).isEqualTo(15);
    assertThat(reader.hasFlow()).isFalse();
    assertThat(read("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n")).isEqualTo(43);
    assertThat(reader.hasFlow()).isFalse();
    assertThat(read(SIGNATURE + "\040\000\000\000")).as("LOCAL").isEqualTo(16);
    assertThat(read(SIGNATURE + "\041\000\000\002ab")).as("UNSPEC").isEqualTo(18);
    assertThat(reader.hasFlow()).isFalse();
    assertThat(read(SIGNATURE + "\041\061\000\330" + "p".repeat(216))).isEqualTo(232);
    assertThat(reader.hasFlow()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "PROXY\r\n",
        "PROXY \r\n",
        "PROXX",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n",
        "PROXY TCP5 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n",
        "PROXY TCP4 1.2.3.4  5.6.7.8 1 2\r\n",
        "PROXY TCP4 1.2.3.256 5.6.7.8 1 2\r\n",
        "PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n",
        "PROXY TCP4 01.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 65536 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 -1 2\r\n",
        "PROXY TCP4 ::1 ::2 1 2\r\n",
        "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2\r\n",
        "PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2\r\n",
        "PROXY TCP6 1::2::3 ::1 1 2\r\n",
        "PROXY TCP6 12345::1 ::1 1 2\r\n",
        "PROXY TCP6 1:2:3:4:5:6:7: ::1 1 2\r\n",
        "PROXY TCP6 :1 ::1 1 2\r\n",
        "PROXY TCP6 1:2:3:4::5:6:7:8 ::1 1 2\r\n",
        "PROXY UNKNOWNX\r\n",
        SIGNATURE + "\021\021\000\014123456789012",
        SIGNATURE + "\042\021\000\014123456789012",
        SIGNATURE + "\041\022\000\014123456789012",
        SIGNATURE + "\041\021\000\01312345678901",
        SIGNATURE + "\041\021\377\377",
      })
  void shouldRefuseWhatIsNone(String bytes) {
    assertThat(read(bytes)).isEqualTo(ProxyHeaderReader.MALFORMED);
  }

  @Test
  void shouldRefuseALineWithoutEnd() {
    assertThat(read("PROXY UNKNOWN " + "x".repeat(92))).isEqualTo(ProxyHeaderReader.INCOMPLETE);
    assertThat(read("PROXY UNKNOWN " + "x".repeat(93))).isEqualTo(ProxyHeaderReader.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"V1, true", "V1, false", "V2, true", "V2, false"})
  void shouldReadWhatItWrites(Version version, boolean four) {
    SplittableRandom random = new SplittableRandom(7);
    TextBuffer text = new TextBuffer(arena, ProxyHeaderWriter.LONGEST);
    for (int i = 0; i < 2_000; i++) {
      Flow flow = new Flow();
      // Zero groups at random, for the double colon.
      flow.sourceHigh = four ? 0 : random.nextLong() & mask(random);
      flow.sourceLow = four ? 0xffff_0000_0000L | random.nextInt(1 << 30) : random.nextLong();
      flow.destinationHigh = four ? 0 : random.nextLong() & mask(random);
      flow.destinationLow =
          four ? 0xffff_0000_0000L | random.nextInt(1 << 30) : random.nextLong() & mask(random);
      flow.sourcePort = random.nextInt(65_536);
      flow.destinationPort = random.nextInt(65_536);
      ProxyHeaderWriter.write(version, flow, text);
      assertThat(reader.read(text.memory(), text.length())).isEqualTo(text.length());
      assertThat(reader.flow()).usingRecursiveComparison().isEqualTo(flow);
      for (int cut = 1; cut < text.length(); cut++) {
        assertThat(reader.read(text.memory(), cut)).isEqualTo(ProxyHeaderReader.INCOMPLETE);
      }
    }
  }

  private static long mask(SplittableRandom random) {
    long mask = 0;
    for (int i = 0; i < 4; i++) {
      mask = mask << 16 | (random.nextBoolean() ? 0xffff : 0);
    }
    return mask;
  }

  @Test
  void shouldOutliveAnyBytes() {
    SplittableRandom random = new SplittableRandom(11);
    MemorySegment memory = segment(SIGNATURE);
    for (int i = 0; i < 50_000; i++) {
      int length = random.nextInt(300);
      int from = random.nextBoolean() ? 12 : 0;
      for (int k = from; k < length; k++) {
        memory.set(JAVA_BYTE, k, (byte) random.nextInt(random.nextBoolean() ? 256 : 0x34));
      }
      assertThat(reader.read(memory, length)).isLessThanOrEqualTo(length);
    }
  }
}
