package io.lighter.bench.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.bench.report.ProxyData.Part;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyOptionsTest {
  @Test
  void shouldMeasureAllByItself() {
    ProxyOptions options = ProxyOptions.parse(List.of());

    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.parts()).containsExactlyInAnyOrder(Part.values());
    assertThat(options.isWhole()).isTrue();
  }

  @Test
  void shouldMeasureParts() {
    ProxyOptions options =
        ProxyOptions.parse(List.of("7", "--only", "bulk,idle", "--at", "loopback"));

    assertThat(options.rounds()).isEqualTo(7);
    assertThat(options.parts()).containsExactlyInAnyOrder(Part.BULK, Part.IDLE);
    assertThat(options.sites()).containsExactly("loopback");
    assertThat(options.isWhole()).isFalse();
  }

  @Test
  void shouldSayWhatIsWrong() {
    assertThatThrownBy(() -> ProxyOptions.parse(List.of("100")))
        .hasMessage("'100' is no option and no 1 to 99 rounds");
    assertThatThrownBy(() -> ProxyOptions.parse(List.of("--only", "bulk,idel")))
        .hasMessageStartingWith("--only: no part 'idel', there are turns, connects, bulk");
    assertThatThrownBy(() -> ProxyOptions.parse(List.of("--at"))).hasMessage("--at needs a value");
    assertThatThrownBy(() -> ProxyOptions.parse(List.of("--at", "moon")))
        .hasMessage("--at: 'moon' is not loopback or namespaces");
  }

  @Test
  void shouldHaveAsManyIdleConnectionsAsTheLimitAllows() throws IOException {
    assertThat(ProxyCommand.idleConnections(1 << 20)).isEqualTo(100_000);
    assertThat(ProxyCommand.idleConnections(20_000)).isEqualTo(8_800);
    assertThatThrownBy(() -> ProxyCommand.idleConnections(4_096))
        .hasMessage(
            "a process may open 4096 files only: raise the hard limit (ulimit -Hn) to 4400 or"
                + " more");
  }
}
