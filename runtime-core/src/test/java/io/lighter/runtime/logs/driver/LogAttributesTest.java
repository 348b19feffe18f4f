package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Labels and variables that go along. */
class LogAttributesTest {
  private static Map<String, String> attributes(Map<String, String> options) {
    return LogAttributes.of(Containers.web(), new LogOptions("gelf", options), key -> key);
  }

  @Test
  void shouldTakeNoneUnlessTheyAreNamed() {
    assertThat(attributes(Map.of())).isEmpty();
  }

  @Test
  void shouldTakeThoseThatAreNamedAndThere() {
    assertThat(attributes(Map.of("labels", "tier,none", "env", "EMPTY,STAGE,ODD")))
        .containsExactly(
            Map.entry("EMPTY", ""), Map.entry("STAGE", "test"), Map.entry("tier", "front"));
  }

  @Test
  void shouldTakeThoseThatMatch() {
    assertThat(attributes(Map.of("labels-regex", "^com\\.", "env-regex", "TA")))
        .containsOnlyKeys("STAGE", "com.example.team");
  }

  @Test
  void shouldMakeFieldNamesOfTheJournal() {
    assertThat(JournaldEncoder.fieldName("com.example-team.1")).isEqualTo("COM_EXAMPLE_TEAM_1");
    assertThat(JournaldEncoder.fieldName("__äx")).isEqualTo("X");
    assertThat(JournaldEncoder.fieldName("._.")).isEmpty();
  }
}
