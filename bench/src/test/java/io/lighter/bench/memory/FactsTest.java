package io.lighter.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.bench.report.MemoryData;
import java.util.List;
import org.junit.jupiter.api.Test;

class FactsTest {
  private static final List<String> LINES =
      List.of(
          "description crun version 1.8.1: its create",
          "peak-static 266240",
          "peak-dynamic 270336",
          "idle 262144",
          "stat anon 49152",
          "stat slab 42816",
          "limit-static 126976",
          "limit-static 122880",
          "limit-dynamic 176128");

  @Test
  void shouldTakeTheLimitThatWasTheLastToRun() throws Exception {
    MemoryData.Subject found = Facts.of("crun", LINES);

    assertThat(found.limitStatic()).isEqualTo(122_880);
    assertThat(found.limitDynamic()).isEqualTo(176_128);
    assertThat(found.description()).isEqualTo("crun version 1.8.1: its create");
    assertThat(found.kinds()).containsEntry("anon", 49_152L).containsEntry("slab", 42_816L);
  }

  @Test
  void shouldSayWhatIsMissing() {
    assertThatThrownBy(() -> Facts.of("runc", LINES.subList(0, 3)))
        .hasMessage("the test kernel did not say the idle of runc");
  }
}
