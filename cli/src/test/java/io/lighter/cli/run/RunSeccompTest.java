package io.lighter.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.Environment;
import io.lighter.cli.options.RunOptions;
import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.seccomp.DefaultProfile;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunSeccompTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host",
        "--security-opt seccomp=builtin host",
        "--privileged --security-opt seccomp=builtin host"
      })
  void shouldBeDockersProfile(String line) {
    assertThat(filter(line))
        .isEqualTo(
            DefaultProfile.forContainer(
                DefaultContainer.CAPABILITIES, Architecture.current(), KernelVersion.current()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--privileged host", "--security-opt seccomp=unconfined host"})
  void shouldBeNone(String line) {
    assertThat(filter(line)).isNull();
  }

  @Test
  void shouldReadAProfileFromTheWorkingFolder() throws IOException {
    Files.writeString(folder.resolve("p.json"), "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}");

    Seccomp filter = Objects.requireNonNull(filter("--security-opt seccomp=p.json host"));

    assertThat(filter.defaultAction()).isEqualTo(SeccompAction.ALLOW);
    assertThat(filter.syscalls()).isEmpty();
  }

  @Test
  void shouldNameAProfileThatCannotBeUsed() throws IOException {
    Files.writeString(folder.resolve("text"), "hi");

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> filter("--security-opt seccomp=none.json host"))
        .withMessageContaining("--security-opt seccomp=none.json: ")
        .withMessageContaining("does not exist");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> filter("--security-opt seccomp=text host"))
        .withMessageContaining("seccomp=text");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> filter("--security-opt seccomp=. host"))
        .withMessageContaining("seccomp=.");
  }

  private @Nullable Seccomp filter(String line) {
    RunOptions options =
        RunOptions.read(Flags.parse(line.split(" ", -1)), folder, new Environment(Map.of()));
    return RunSeccomp.of(options.security(), DefaultContainer.CAPABILITIES, folder);
  }
}
