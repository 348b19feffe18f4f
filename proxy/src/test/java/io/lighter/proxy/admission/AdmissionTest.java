package io.lighter.proxy.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.SockaddrBuffer;
import io.lighter.proxy.service.AddressRange;
import io.lighter.proxy.service.Limits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
  private static final long SECOND = 1_000_000_000;

  private static boolean contains(AddressRange range, String address) throws UnknownHostException {
    byte[] bytes = InetAddress.getAllByName(address)[0].getAddress();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    ClientRange clients = ClientRange.of(range);
    if (bytes.length == 4) {
      return clients.contains(
          0, SockaddrBuffer.MAPPED_PREFIX | Integer.toUnsignedLong(buffer.getInt(0)));
    }
    return clients.contains(buffer.getLong(0), buffer.getLong(8));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0, 8, 10.255.1.2, true",
    "10.0.0.0, 8, 11.0.0.1, false",
    "0.0.0.0, 0, 192.0.2.1, true",
    "0.0.0.0, 0, fd00::1, false",
    "192.0.2.1, 32, 192.0.2.1, true",
    "192.0.2.1, 32, 192.0.2.2, false",
    "fd00::, 8, fdff::1, true",
    "fd00::, 8, fc00::1, false",
    "fd00::, 64, fd00::1:2, true",
    "fd00::, 64, fd00:0:0:1::, false",
    "fd00::1, 128, fd00::1, true",
    "fd00::1, 128, fd00::2, false",
    "fd00::8000:0:0:0, 65, fd00::8000:1:2:3, true",
    "fd00::8000:0:0:0, 65, fd00::7000:1:2:3, false",
  })
  void shouldKnowItsClients(String first, int prefix, String client, boolean expected)
      throws Exception {
    AddressRange range = new AddressRange(InetAddress.getAllByName(first)[0], prefix);
    assertThat(contains(range, client)).isEqualTo(expected);
    assertThat(range.contains(InetAddress.getAllByName(client)[0])).isEqualTo(expected);
  }

  @Test
  void shouldPassABurstAndThenTheRate() {
    Limits limits = new Limits(0, 0, 10, 3);
    RateLimit rate = new RateLimit(0);
    int passed = 0;
    for (int i = 0; i < 10; i++) {
      passed += rate.tryPass(limits, 0) ? 1 : 0;
    }
    assertThat(passed).isEqualTo(3);
    for (long now = 0; now < 5 * SECOND; now += SECOND / 1000) {
      passed += rate.tryPass(limits, now) ? 1 : 0;
    }
    assertThat(passed).isBetween(3 + 49, 3 + 50);
    assertThat(rate.tryPass(Limits.NONE, 5 * SECOND)).isTrue();
  }
}
