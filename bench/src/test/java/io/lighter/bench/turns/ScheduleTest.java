package io.lighter.bench.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.bench.start.Schedule.Turn;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void shouldGiveEverySubjectATurnUnderEveryLoadInEveryRound() {
    List<Turn> turns = new Schedule(5, 1).turns(3, 2);

    assertThat(turns).hasSize(5 * 3 * 2).doesNotHaveDuplicates();
    for (int round = 0; round < 5; round++) {
      int first = round * 6;
      int number = round;
      assertThat(turns.subList(first, first + 6)).allMatch(turn -> turn.round() == number);
    }
  }

  @Test
  void shouldNotMixLoadsWithinARound() {
    List<Turn> turns = new Schedule(1, 7).turns(3, 2);

    assertThat(turns.subList(0, 3)).extracting(Turn::load).containsOnly(turns.getFirst().load());
    assertThat(turns.subList(3, 6)).extracting(Turn::load).containsOnly(turns.getLast().load());
  }

  @Test
  void shouldDrawAnotherOrderEachRoundAndTheSameForTheSameSeed() {
    List<Turn> turns = new Schedule(20, 3).turns(4, 1);

    assertThat(new Schedule(20, 3).turns(4, 1)).isEqualTo(turns);
    assertThat(turns.stream().filter(turn -> turn.round() == 0).map(Turn::subject).toList())
        .isNotEqualTo(turns.stream().filter(turn -> turn.round() == 1).map(Turn::subject).toList());
    assertThat(turns.stream().filter(turn -> turn.subject() == 2))
        .extracting(turns::indexOf)
        .extracting(index -> index % 4)
        .contains(0, 1, 2, 3);
  }

  @Test
  void shouldRefuseToRunNothing() {
    assertThatThrownBy(() -> new Schedule(0, 1)).hasMessageContaining("rounds: 0");
  }
}
