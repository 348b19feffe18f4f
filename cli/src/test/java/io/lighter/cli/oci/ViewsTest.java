package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.json.JsonText;
import io.lighter.runtime.lifecycle.ContainerState;
import io.lighter.runtime.lifecycle.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewsTest {
  private static final ContainerState STATE =
      new ContainerState(
          "1.0.2",
          "web",
          Status.RUNNING,
          4321,
          Path.of("/b"),
          Path.of("/b/rootfs"),
          Map.of("b", "2", "a", "say \"hi\"\n\u0001"),
          Instant.parse("2026-01-02T03:04:05.678Z"),
          0,
          "/lighter/web");

  @Test
  void shouldPrintAStateAsRuncDoes() {
    JsonText json = JsonText.indented();
    StateView.append(json, STATE);

    assertThat(json)
        .hasToString(
            """
            {
              "ociVersion": "1.0.2",
              "id": "web",
              "pid": 4321,
              "status": "running",
              "bundle": "/b",
              "rootfs": "/b/rootfs",
              "created": "2026-01-02T03:04:05.678Z",
              "annotations": {
                "a": "say \\"hi\\"\\n\\u0001",
                "b": "2"
              },
              "owner": "root"
            }\
            """);
  }

  @Test
  void shouldListAsATableOrAsJson() {
    assertThat(ListView.table(List.of(STATE)))
        .isEqualTo(
            """
            ID          PID         STATUS      BUNDLE      CREATED                    OWNER
            web         4321        running     /b          2026-01-02T03:04:05.678Z   root
            """);
    assertThat(ListView.json(List.of())).isEqualTo("[]");
    assertThat(ListView.json(List.of(STATE, STATE)))
        .startsWith("[{\"ociVersion\":\"1.0.2\",\"id\":\"web\",\"pid\":4321,")
        .contains("},{")
        .endsWith("\"owner\":\"root\"}]");
  }

  @Test
  void shouldNameAnOwnerWithoutAccountByNumber() {
    assertThat(Owner.name(4_000_000_000L)).isEqualTo("#4000000000");
  }

  @Test
  void shouldPickTheLinesOfProcesses() throws IOException {
    List<String> ps =
        List.of("UID   PID  PPID CMD", "root    1     0 init", "root   12     1 sleep 12");

    assertThat(ProcessView.table(ps, Set.of(12)))
        .isEqualTo("UID   PID  PPID CMD\nroot   12     1 sleep 12\n");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ProcessView.table(List.of("CMD"), Set.of()))
        .withMessageContaining("no column PID");
  }

  @ParameterizedTest
  @CsvSource({"5s, 5000", "1m30s, 90000", "250ms, 250", "2h, 7200000"})
  void shouldReadDurations(String text, long millis) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"5", "s", "-5s", "5s5", "5 s"})
  void shouldRefuseWhatIsNoDuration(String text) {
    assertThatExceptionOfType(UsageException.class).isThrownBy(() -> DurationText.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"c1, 15, false", "c1 KILL, 9, false", "-a c1 SIGUSR1, 10, true", "c1 9, 9, false"})
  void shouldReadSignals(String line, int signal, boolean all) {
    assertThat(KillRequest.read(Calls.flags("kill", line)))
        .isEqualTo(new KillRequest("c1", signal, all));
  }
}
