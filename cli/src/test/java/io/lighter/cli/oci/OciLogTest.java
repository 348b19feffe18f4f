package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciLogTest {
  @TempDir private Path folder;

  @Test
  void shouldTellErrorsInTheLogAndOnStandardError() throws Exception {
    Calls.Outcome outcome =
        Calls.run(folder, "--log", "log", "--log-format", "json", "kill", "c1", "\"NO\"");

    assertThat(outcome)
        .isEqualTo(new Calls.Outcome(1, "", "lighter oci: kill: invalid signal: \"NO\"\n"));
    assertThat(folder.resolve("log"))
        .hasContent(
            "{\"level\":\"error\",\"msg\":\"kill: invalid signal: \\\"NO\\\"\","
                + "\"time\":\"2026-01-02T03:04:05Z\"}");
  }

  @Test
  void shouldAppendLinesOfText() throws Exception {
    Files.writeString(folder.resolve("log"), "before\n");

    Calls.run(folder, "--log", "log", "state");

    assertThat(folder.resolve("log"))
        .hasContent(
            """
            before
            time="2026-01-02T03:04:05Z" level=error msg="state: needs the id of a container"
            """);
  }

  @Test
  void shouldTellWhatIsDoneWhenItIsAsked() throws Exception {
    Calls.run(folder, "--log", "log", "--debug", "features", "--help=false");

    assertThat(folder.resolve("log")).content().contains("level=debug msg=\"lighter oci features");
  }

  @Test
  void shouldSayThatALogCannotBeWritten() {
    assertThat(Calls.run(folder, "--log", "no/such/folder", "state").error())
        .contains("needs the id of a container")
        .contains("the log " + folder + "/no/such/folder cannot be written");
  }

  @Test
  void shouldRefuseCommandsByName() {
    assertThat(Calls.run(folder, "mounts", "c1").error())
        .isEqualTo(
            "lighter oci: mounts: is not supported: mounts cannot be changed while a container"
                + " runs\n");
    assertThat(Calls.run(folder, "nonsense").status()).isEqualTo(1);
  }

  @Test
  void shouldHelp() {
    assertThat(Calls.run(folder).output()).contains("--systemd-cgroup").contains("create");
    assertThat(Calls.run(folder, "exec", "--help").output()).contains("--additional-gids");
    assertThat(Calls.run(folder, "--version").output()).isEqualTo("a version\n");
  }
}
