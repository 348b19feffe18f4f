package io.lighter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void shouldEndWellAfterVersion() {
    assertThat(Main.run("--version")).isZero();
  }

  @Test
  void shouldRefuseUnknownCommand() {
    assertThat(Main.run("no-such-command")).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void shouldNameVersionCommitAndJava() {
    assertThat(Version.text()).matches("Lighter \\d+\\.\\d+\\.\\S+ \\(.+\\), Java 25.*");
  }
}
