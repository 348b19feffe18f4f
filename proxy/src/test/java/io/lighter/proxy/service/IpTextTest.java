package io.lighter.proxy.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTextTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "255.255.255.255, 255.255.255.255",
    "0.0.0.0, 0.0.0.0",
    "::, 0:0:0:0:0:0:0:0",
    "fd00::1, fd00:0:0:0:0:0:0:1",
    "FD00:0:0:0:0:0:0:1, fd00:0:0:0:0:0:0:1",
    "::ffff:10.0.0.1, 10.0.0.1",
  })
  void shouldReadAddresses(String text, String address) {
    assertThat(IpText.address(text).getHostAddress()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "256.0.0.1",
        "01.2.3.4",
        "1.2.3.",
        ".1.2.3",
        "1.2.3.4 ",
        " 1.2.3.4",
        "+1.2.3.4",
        "1..2.3",
        "1.2.3.0004",
        "٣.1.1.1",
        "localhost",
        "a.example",
        "::g",
        ":::",
        "1::2::3",
        "[::1]",
        "fe80::1%eth0",
        "fe80::1%1",
        "1:2",
        "::1.2.3",
        "0x7f.1.1.1",
        "1.2.3.4/8"
      })
  void shouldRefuseWhatIsNoAddress(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpText.address(text))
        .withMessageContaining("'" + text + "'");
  }

  @Test
  void shouldSayThatNamesAreNotLookedUp() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpText.socket("db.example.org:5432"))
        .withMessage("'db.example.org' is no IP address, and host names are not looked up");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1:80, /10.0.0.1:80",
    "0.0.0.0:65535, /0.0.0.0:65535",
    "[fd00::1]:1, '/[fd00:0:0:0:0:0:0:1]:1'",
  })
  void shouldReadAddressesWithPorts(String text, String socket) {
    assertThat(IpText.socket(text)).hasToString(socket);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.1 | has no port: write 10.0.0.1:80",
        "[fd00::1] | has no port: write [fd00::1]:80",
        "[fd00::1]80 | has no port",
        "fd00::1:80 | IPv6 addresses have brackets, as in [fd00::1]:80",
        "[10.0.0.1]:80 | only IPv6 addresses have brackets",
        ":80 | has no address: write 0.0.0.0:80, [::]:80 or both",
        "*:80 | has no address: write 0.0.0.0:80, [::]:80 or both",
        "10.0.0.1:0 | '0' is no port",
        "10.0.0.1:65536 | '65536' is no port",
        "10.0.0.1:4294967376 | '4294967376' is no port",
        "10.0.0.1: | '' of '' is no number",
        "10.0.0.1:http | 'http' of 'http' is no number",
        "10.0.0.1:-1 | '-1' of '-1' is no number",
        "[::1]]:80 | has no port",
      })
  void shouldSayWhatIsWrongWithAnAddressWithPort(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpText.socket(text))
        .withMessageContaining(problem);
  }

  @Test
  void shouldReadRanges() {
    assertThat(IpText.range("10.0.0.0/8")).hasToString("10.0.0.0/8");
    assertThat(IpText.range("10.1.2.3")).hasToString("10.1.2.3/32");
    assertThat(IpText.range("::/0").prefix()).isZero();
    assertThat(IpText.network("10.1.2.3/9")).hasToString("10.0.0.0/9");
    assertThat(IpText.network("fd00:1::5/17")).isEqualTo(IpText.range("fd00::/17"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.1/8", "a/8", "::/129"})
  void shouldRefuseWhatIsNoRange(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> IpText.range(text));
  }

  @Test
  void shouldTellWhichAddressesAreInARange() {
    AddressRange range = IpText.range("10.128.0.0/9");
    assertThat(range.contains(IpText.address("10.200.1.1"))).isTrue();
    assertThat(range.contains(IpText.address("10.127.1.1"))).isFalse();
    assertThat(range.contains(IpText.address("::1"))).isFalse();
  }
}
