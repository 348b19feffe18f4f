package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.InitProcess.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the init finds its command, and what it says when it does not. */
@Timeout(60)
class InitCommandTest {
  @TempDir private Path folder;
  private InitProcess init;

  @BeforeEach
  void write() throws IOException {
    init = InitProcess.in(folder);
  }

  @Test
  void shouldSayThatACommandIsMissing() throws Exception {
    String why = ": No such file or directory\n";

    assertThat(init.run("no-such-command"))
        .isEqualTo(new Outcome(127, "lighter-init: exec no-such-command" + why));
    assertThat(init.run("/no/such"))
        .isEqualTo(new Outcome(127, "lighter-init: exec /no/such" + why));
    assertThat(init.run("")).isEqualTo(new Outcome(127, "lighter-init: exec " + why));
    assertThat(init.runWithPath("/etc/passwd:/no/such", "true"))
        .as("a folder of PATH that is none")
        .isEqualTo(new Outcome(127, "lighter-init: exec true" + why));
  }

  @Test
  void shouldSayThatACommandCannotBeExecuted() throws Exception {
    assertThat(init.run("/etc/passwd"))
        .isEqualTo(new Outcome(126, "lighter-init: exec /etc/passwd: Permission denied\n"));
    assertThat(init.run("/etc/passwd/x"))
        .isEqualTo(new Outcome(126, "lighter-init: exec /etc/passwd/x: error 20\n"));
    String tooLong = "x".repeat(300);
    assertThat(init.run(tooLong))
        .isEqualTo(new Outcome(126, "lighter-init: exec " + tooLong + ": error 36\n"));
  }

  @Test
  void shouldLookTheCommandUpInPath() throws Exception {
    InitProcess.script(folder, "first/tool", "#!/bin/sh\necho first\n", "rw-r--r--");
    InitProcess.script(folder, "second/tool", "#!/bin/sh\necho second \"$@\"\n", "rwxr-xr-x");
    String first = folder.resolve("first").toString();
    String second = folder.resolve("second").toString();

    assertThat(init.runWithPath(first + ":" + second, "tool", "x"))
        .isEqualTo(new Outcome(0, "second x\n"));
    assertThat(init.runWithPath(second + ":" + first, "tool"))
        .isEqualTo(new Outcome(0, "second\n"));
    assertThat(init.runWithPath(first + ":/no/such", "tool"))
        .isEqualTo(new Outcome(126, "lighter-init: exec tool: Permission denied\n"));
    assertThat(init.runWithPath("/" + "x/".repeat(2500) + ":" + second, "tool"))
        .as("a folder that is longer than a path may be")
        .isEqualTo(new Outcome(0, "second\n"));
  }

  @Test
  void shouldTakeAnEmptyEntryOfPathForTheWorkingFolder() throws Exception {
    InitProcess.script(folder, "here/tool", "#!/bin/sh\necho here\n", "rwxr-xr-x");
    for (String path : List.of("/no/such:", ":/no/such", "/no/such::/no/such")) {
      Process process =
          init.start(
              builder -> {
                builder.directory(folder.resolve("here").toFile());
                builder.environment().put("PATH", path);
              },
              "tool");

      assertThat(InitProcess.outcome(process)).as(path).isEqualTo(new Outcome(0, "here\n"));
    }
  }

  @Test
  void shouldHaveAPathWithoutThatVariable() throws Exception {
    assertThat(init.runWithPath("", "sh", "-c", "echo ok")).isEqualTo(new Outcome(0, "ok\n"));
    Process process =
        init.start(
            builder -> {
              builder.environment().clear();
              builder.environment().put("PAT", "/no");
              builder.environment().put("PATHS", "/no");
            },
            "sh",
            "-c",
            "echo ok");

    assertThat(InitProcess.outcome(process)).isEqualTo(new Outcome(0, "ok\n"));
  }

  @Test
  void shouldGiveAFileWithoutALoaderToTheShell() throws Exception {
    Path file = InitProcess.script(folder, "plain", "echo \"$0\" \"$@\"\n", "rwxr-xr-x");

    assertThat(init.run(file.toString(), "a", "b c")).isEqualTo(new Outcome(0, file + " a b c\n"));
    assertThat(init.runWithPath(folder.toString(), "plain", "a"))
        .isEqualTo(new Outcome(0, file + " a\n"));
  }
}
