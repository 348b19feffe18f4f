package io.lighter.proxy.relay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextBufferTest {
  private final TextBuffer text = new TextBuffer(Arena.ofAuto(), 64);

  private String take() {
    byte[] bytes = text.memory().asSlice(0, text.length()).toArray(JAVA_BYTE);
    text.clear();
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::",
        "::1",
        "1::",
        "2001:db8::1",
        "1:0:0:2::3",
        "1:0:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8",
        "fe80::1:0:0:1",
        "10.0.0.255",
        "0.0.0.0",
        "::2:3:4:5:6:7:8"
      })
  void shouldWriteAnAddressAsTheRfcSays(String address) {
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    ByteBuffer six = ByteBuffer.allocate(16);
    if (bytes.length == 4) {
      six.putLong(0).putInt(0xffff);
    }
    six.put(bytes);
    text.putAddress(six.getLong(0), six.getLong(8));
    // A double colon for one group is not what RFC 5952 writes.
    assertThat(take()).isEqualTo(address.equals("::2:3:4:5:6:7:8") ? "0:2:3:4:5:6:7:8" : address);
  }

  @Test
  void shouldWriteATimeAsTheJdkDoes() {
    DateTimeFormatter format = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      long millis = random.nextLong(253_402_300_800_000L);
      text.putTime(millis);
      assertThat(take()).isEqualTo(format.format(Instant.ofEpochMilli(millis)));
    }
  }

  @Test
  void shouldKeepToOneLineAndToItsRoom() {
    text.put("a\nb\u00e9").putNumber(0).putNumber(Long.MAX_VALUE).putNumber(7, 3);
    assertThat(take()).isEqualTo("a?b?09223372036854775807007");
    text.put("x".repeat(100));
    assertThat(text.room()).isZero();
    text.drop(60);
    assertThat(take()).isEqualTo("xxxx");
  }
}
