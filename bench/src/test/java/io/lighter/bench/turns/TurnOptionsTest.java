package io.lighter.bench.turns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TurnOptionsTest {

  private static final List<String> KNOWN = List.of("floor", "lighter", "crun");

  @Test
  void shouldRunEverySubjectByDefault() throws Exception {
    TurnOptions options = TurnOptions.parse(List.of(), KNOWN);

    assertThat(options.subjects()).isEqualTo(KNOWN);
    assertThat(options.loads()).extracting(Load::atOnce).containsExactly(1, 64);
    assertThat(options.rounds() * options.one()).isGreaterThanOrEqualTo(2000);
  }

  @Test
  void shouldTakeFewerRoundsAndSubjects() throws Exception {
    TurnOptions options =
        TurnOptions.parse(List.of("--quick", "--rounds", "1", "--subjects", "floor,crun"), KNOWN);

    assertThat(options.rounds()).isEqualTo(1);
    assertThat(options.subjects()).containsExactly("floor", "crun");
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThatThrownBy(() -> TurnOptions.parse(List.of("--rounds", "many"), KNOWN))
        .hasMessageContaining("'many'");
    assertThatThrownBy(() -> TurnOptions.parse(List.of("--rounds", "0"), KNOWN))
        .hasMessageContaining("not in 1 to 10000");
    assertThatThrownBy(() -> TurnOptions.parse(List.of("--subjects", "floor,docker"), KNOWN))
        .hasMessageContaining("'docker'");
    assertThatThrownBy(() -> TurnOptions.parse(List.of("--subjects", "crun"), KNOWN))
        .hasMessageContaining("floor comes first");
    assertThatThrownBy(() -> TurnOptions.parse(List.of("now"), KNOWN))
        .hasMessageContaining("unexpected 'now'");
    assertThatThrownBy(() -> TurnOptions.parse(List.of("--slow"), KNOWN))
        .hasMessageContaining("--slow");
  }
}
