package io.lighter.cli.options;

import static io.lighter.cli.options.Read.assertRefused;
import static io.lighter.cli.options.Read.host;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.InvalidValueException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleOptionsTest {
  @ParameterizedTest
  @CsvSource({"web, web", "/web, web", "a1_.-, a1_.-", "'',"})
  void shouldReadNames(String given, String name) {
    assertThat(host("--name", given).lifecycle().name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a b", "-x", "_ab", "a/b", "..", "//ab", "\u00e4b"})
  void shouldRefuseOddNames(String given) {
    assertRefused("--name", given).withMessageContaining("invalid container name");
  }

  @ParameterizedTest
  @CsvSource({
    "TERM, 15",
    "SIGTERM, 15",
    "sigterm, 15",
    "15, 15",
    "KILL, 9",
    "9, 9",
    "SIGRTMIN, 34",
    "RTMIN+3, 37",
    "SIGRTMIN+30, 64",
    "RTMAX, 64",
    "SIGRTMAX-14, 50",
    "WINCH, 28",
    "IOT, 6",
    "POLL, 29",
    "64, 64"
  })
  void shouldReadSignals(String text, int number) {
    assertThat(SignalName.parse(text)).isEqualTo(number);
    assertThat(host("--stop-signal", text).lifecycle().stopSignal()).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "foo",
        "SIG",
        "0",
        "65",
        "-1",
        "+9",
        "9x",
        "SIGSIGTERM",
        "RTMIN+31",
        "RTMIN-1",
        "RTMIN+",
        "RTMAX-31",
        "RTMAX+1",
        "RTMIN+x",
        "99999999999",
        " 9",
        "RTMIN+99999999999"
      })
  void shouldRefuseOtherSignals(String text) {
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> SignalName.parse(text))
        .withMessage("invalid signal: " + text);
  }

  @Test
  void shouldReadTheOthers() {
    LifecycleOptions given =
        host("--init", "--stop-timeout", "3", "--explain", "--annotation", "a=b=c", "--rm")
            .lifecycle();

    assertThat(given.init()).isTrue();
    assertThat(given.stopSeconds()).isEqualTo(3);
    assertThat(given.explain()).isTrue();
    assertThat(given.annotations()).containsEntry("a", "b=c");
    assertThat(host("--stop-timeout", "-1").lifecycle().stopSeconds()).isNegative();
    assertThat(host().lifecycle().stopSignal()).isEqualTo(15);
    assertThat(host().lifecycle().stopSeconds()).isEqualTo(10);
  }

  @Test
  void shouldNotPretendToKeepContainers() {
    assertRefused("--rm=false").withMessageContaining("--rm=false is not supported yet");
  }
}
