package io.lighter.proxy.relay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.relay.ClientHello.Kind;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {
  private final Arena arena = Arena.ofAuto();
  private final ClientHello hello = new ClientHello(arena);
  private final MemorySegment memory = arena.allocate(ClientHello.MOST);

  /** Returns what the JDK's TLS says first. */
  static byte[] real(String name) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(32 << 10);
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private Kind read(byte[] bytes, int length) {
    int there = Math.min(length, ClientHello.MOST);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, there);
    return hello.read(memory, there);
  }

  private String name() {
    byte[] name = hello.memory().asSlice(hello.nameOffset(), hello.nameLength()).toArray(JAVA_BYTE);
    return new String(name, StandardCharsets.US_ASCII);
  }

  /** Splits the message of one record into many. */
  private static byte[] inRecordsOf(byte[] one, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 5; i < one.length; i += size) {
      int part = Math.min(size, one.length - i);
      out.writeBytes(new byte[] {22, 3, 1, (byte) (part >> 8), (byte) part});
      out.write(one, i, part);
    }
    return out.toByteArray();
  }

  @Test
  void shouldFindTheNameHoweverItComes() throws Exception {
    byte[] bytes = real("Example.ORG");
    for (int length = 0; length < bytes.length; length++) {
      assertThat(read(bytes, length)).isEqualTo(Kind.INCOMPLETE);
    }
    assertThat(read(bytes, bytes.length)).isEqualTo(Kind.NAMED);
    assertThat(name()).isEqualTo("Example.ORG");
    for (int size : new int[] {1, 3, 4, 50, 200}) {
      byte[] split = inRecordsOf(bytes, size);
      assertThat(read(split, split.length)).isEqualTo(Kind.NAMED);
      assertThat(name()).isEqualTo("Example.ORG");
      assertThat(read(split, split.length - 1)).isEqualTo(Kind.INCOMPLETE);
    }
  }

  @Test
  void shouldKnowAHelloWithoutName() throws Exception {
    byte[] bytes = real("");
    assertThat(read(bytes, bytes.length)).isEqualTo(Kind.NAMELESS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1",
        "\026\002\001",
        "\025\003\001\000\002\001\000",
        "\026\003\001\000\000",
        "\026\003\001A\000",
        "\026\003\001\000\004\002\000\000\000",
        "\026\003\001\000\004\001\001\000\000",
        "\026\003\001\000\004\001\000\000\000",
      })
  void shouldKnowWhatIsNone(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(read(bytes, bytes.length)).isEqualTo(Kind.OTHER);
  }

  @Test
  void shouldNotReadForEver() throws Exception {
    byte[] endless = new byte[ClientHello.MOST];
    byte[] records = inRecordsOf(real("a.example"), 1);
    Arrays.fill(endless, (byte) 0);
    System.arraycopy(records, 0, endless, 0, records.length - 6);
    for (int at = records.length - 6; at + 6 <= endless.length; at += 6) {
      endless[at] = 22;
      endless[at + 1] = 3;
      endless[at + 4] = 1;
    }
    assertThat(read(endless, endless.length)).isNotEqualTo(Kind.INCOMPLETE);
  }

  /** Whatever is changed in a real one, nothing is read that is not there. */
  @Test
  void shouldOutliveAnyBytes() throws Exception {
    byte[] bytes = real("www.example.org");
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 100_000; i++) {
      byte[] changed = bytes.clone();
      for (int k = 0; k < 1 + random.nextInt(4); k++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      if (read(changed, random.nextInt(changed.length + 1)) == Kind.NAMED) {
        assertThat(hello.nameLength()).isBetween(1, ClientHello.LONGEST_NAME);
        assertThat(hello.nameOffset() + hello.nameLength()).isLessThanOrEqualTo(bytes.length);
      }
    }
  }
}
