package io.lighter.bench.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StartOptionsTest {

  @Test
  void shouldRunEverySubjectByDefault() throws Exception {
    StartOptions options = StartOptions.parse(List.of());

    assertThat(options.subjects()).isEqualTo(StartOptions.KNOWN);
    assertThat(options.loads()).hasSize(3).extracting(Load::atOnce).containsExactly(1, 64, 1);
    assertThat(options.rounds() * options.one()).isGreaterThanOrEqualTo(2000);
  }

  @Test
  void shouldTakeFewerRoundsAndSubjects() throws Exception {
    StartOptions options =
        StartOptions.parse(List.of("--quick", "--rounds", "1", "--subjects", "floor,crun"));

    assertThat(options.rounds()).isEqualTo(1);
    assertThat(options.subjects()).containsExactly("floor", "crun");
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThatThrownBy(() -> StartOptions.parse(List.of("--rounds", "many")))
        .hasMessageContaining("'many'");
    assertThatThrownBy(() -> StartOptions.parse(List.of("--rounds", "0")))
        .hasMessageContaining("not in 1 to 10000");
    assertThatThrownBy(() -> StartOptions.parse(List.of("--subjects", "floor,docker")))
        .hasMessageContaining("'docker'");
    assertThatThrownBy(() -> StartOptions.parse(List.of("--subjects", "crun")))
        .hasMessageContaining("floor comes first");
    assertThatThrownBy(() -> StartOptions.parse(List.of("now")))
        .hasMessageContaining("unexpected 'now'");
    assertThatThrownBy(() -> StartOptions.parse(List.of("--slow"))).hasMessageContaining("--slow");
  }
}
