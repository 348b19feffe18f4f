package io.lighter.bench.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.bench.report.StartData.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriverOutputTest {

  private static final Load TWO = new Load("x", 1, 2, 1, false);

  @Test
  void shouldReadTheStartsAndDropTheWarmUp() throws Exception {
    Round round =
        DriverOutput.parse(
            "floor",
            List.of(
                "1 1 0 2 0 3 4 0",
                "100 110 120 130 140 150 160 0",
                "200 0 0 0 0 290 300 0",
                "cpu 30 12"),
            TWO);

    assertThat(round.starts())
        .containsExactly(
            new StartTimes(100, 110, 120, 130, 140, 150, 160, 0),
            new StartTimes(200, 0, 0, 0, 0, 290, 300, 0));
    assertThat(round.cpuMicros()).isEqualTo(42);
    assertThat(round.starts().getFirst().whole()).isEqualTo(60);
    assertThat(round.starts().getFirst().toExec()).isEqualTo(30);
    assertThat(round.starts().getFirst().toFirstInstruction()).isEqualTo(40);
    assertThat(round.starts().getFirst().cleanUp()).isEqualTo(10);
    assertThat(round.starts().getLast().toExec()).isZero();
    assertThat(round.starts().getLast().toFirstInstruction()).isZero();
  }

  @Test
  void shouldPutCallsOfOneKindTogether() {
    assertThat(DriverOutput.steps(List.of("step 7 mkdir a", "step 5 mount", "step 3 mkdir a")))
        .containsExactly(new Step("mkdir a", 2, 10), new Step("mount", 1, 5));
  }

  @Test
  void shouldSayWhenAContainerFailed() {
    assertThatThrownBy(
            () ->
                DriverOutput.parse(
                    "crun", List.of("1 1 0 0 0 2 3 137"), new Load("x", 1, 1, 0, false)))
        .isInstanceOf(StartFailedException.class)
        .hasMessage("crun: the container ended with 137");
  }

  @Test
  void shouldSayWhenStartsAreMissing() {
    assertThatThrownBy(() -> DriverOutput.parse("runc", List.of("cpu 1 1"), TWO))
        .hasMessage("runc: 0 starts were reported, not 3");
  }

  @Test
  void shouldCountTheTimeOfWholeBursts() {
    Round round =
        new Round(
            List.of(
                start(0, 40), start(0, 100), start(0, 90), start(1000, 1010), start(1000, 1050)),
            0,
            0);

    assertThat(round.busyNanos()).isEqualTo(150);
  }

  @Test
  void shouldRefuseALoadThatIsNotWholeBursts() {
    assertThatThrownBy(() -> new Load("64", 64, 100, 0, false))
        .hasMessageContaining("not bursts of 64");
  }

  @Test
  void shouldReadTheBusyTimeOfTheMachine() {
    assertThat(MachineCpu.parse("cpu  10 1 20 700 5 3 2 4 0 0"))
        .isEqualTo(new MachineCpu(360_000, 40_000));
  }

  private static StartTimes start(long due, long end) {
    return new StartTimes(due, due, 0, 0, 0, end, end, 0);
  }
}
