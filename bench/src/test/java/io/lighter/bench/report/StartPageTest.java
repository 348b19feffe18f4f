package io.lighter.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartPageTest {

  private static final Path GOLDEN =
      Project.locate().root().resolve("bench/src/test/golden/start-page.md");

  /**
   * Run once with {@code -Dlighter.golden=write} after a wanted change, and read the difference.
   */
  @Test
  void shouldWriteThePageThatWasAgreedOn() throws IOException {
    String page = StartPage.of(SampleData.sample(), "It is the *kernel*.\n");
    if ("write".equals(System.getProperty("lighter.golden"))) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, page);
    }

    assertThat(page).isEqualTo(Files.readString(GOLDEN));
  }

  @Test
  void shouldDoWithoutNotesAndWithoutOurRuntime() {
    StartData data = SampleData.sample();
    StartData peersOnly =
        new StartData(
            data.fingerprint(),
            data.rounds(),
            data.subjects().stream().filter(s -> !s.name().equals(StartData.OURS)).toList(),
            data.steps(),
            data.ladder());

    assertThat(StartPage.of(peersOnly, " "))
        .doesNotContain("What limits it", "| aim |", "lighter 1.0");
  }

  @Test
  void shouldWarnOfAMachineThatWasNotQuiet() {
    assertThat(new Fingerprint(Map.of(Fingerprint.LOAD, "0.31 4.00 5.00")).busy()).isFalse();
    assertThat(new Fingerprint(Map.of(Fingerprint.LOAD, "3.10 0.00 0.00")).busy()).isTrue();
    assertThat(new Fingerprint(Map.of()).busy()).isFalse();
  }

  @Test
  void shouldJudgeTheAims() {
    assertThat(Aim.of(SampleData.sample()))
        .containsExactly(
            new Aim("p50 at most 2 times the floor", "1.34 times", true),
            new Aim("p50 at most 1/5 of crun's", "1/3.26", false),
            new Aim("64 at once: 500 starts/s or more", "667 starts/s", true),
            new Aim("at most 2 KB of Java heap allocated a start", "1 024 B", true));
  }
}
