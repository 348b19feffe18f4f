package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.logs.LogPolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogPoliciesTest {
  @Test
  void shouldReadDockersOptionsAndOurs() {
    assertThat(LogPolicies.read(Map.of("tag", "x"))).isEqualTo(LogPolicy.BLOCK);
    assertThat(LogPolicies.read(Map.of("mode", "blocking"))).isEqualTo(LogPolicy.BLOCK);
    assertThat(LogPolicies.read(Map.of("mode", "non-blocking", "max-buffer-size", "4m")))
        .isEqualTo(new LogPolicy(LogPolicy.Kind.DROP_NEWEST, 4 << 20));
    assertThat(LogPolicies.read(Map.of("mode", "drop-oldest")).kind())
        .isEqualTo(LogPolicy.Kind.DROP_OLDEST);
    assertThat(LogPolicies.driverOptions(Map.of("mode", "x", "max-buffer-size", "1", "tag", "t")))
        .containsExactly(Map.entry("tag", "t"));
  }

  @Test
  void shouldRefuseWhatHasNoEffect() {
    assertThatThrownBy(() -> LogPolicies.read(Map.of("mode", "fast")))
        .hasMessageContaining("drop-oldest");
    assertThatThrownBy(() -> LogPolicies.read(Map.of("max-buffer-size", "1m")))
        .hasMessageContaining("only for mode=non-blocking");
    assertThatThrownBy(
            () -> LogPolicies.read(Map.of("mode", "non-blocking", "max-buffer-size", "9g")))
        .hasMessageContaining("4k to 1g");
  }
}
