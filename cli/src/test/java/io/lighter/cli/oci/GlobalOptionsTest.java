package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.FlagSection;
import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobalOptionsTest {
  private static final Path ROOT = Path.of("/run/lighter");

  @Test
  void shouldReadWhatContainerdPasses() {
    Flags flags = flags("--root /r --log /l --log-format json --rootless=false state c1");

    assertThat(GlobalOptions.read(flags, Calls.FOLDER, () -> ROOT))
        .isEqualTo(
            new GlobalOptions(
                Path.of("/r"), Path.of("/l"), true, false, false, null, RootlessMode.FALSE));
    assertThat(flags.operands()).containsExactly("state", "c1");
  }

  @Test
  void shouldHaveDefaults() {
    assertThat(read("state c1"))
        .isEqualTo(new GlobalOptions(ROOT, null, false, false, false, null, RootlessMode.AUTO));
    assertThat(read("--root r --log=file:l --debug state c1"))
        .isEqualTo(
            new GlobalOptions(
                Path.of("/srv/r"), Path.of("/srv/l"), false, true, false, null, RootlessMode.AUTO));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--systemd-cgroup x", "--cgroup-manager systemd x"})
  void shouldTakeTheCgroupDriverOfSystemd(String line) {
    assertThat(read(line).systemdCgroup()).isTrue();
    assertThat(read("--cgroup-manager cgroupfs x").systemdCgroup()).isFalse();
  }

  @Test
  void shouldTakeAnotherCriu() {
    assertThat(read("--criu bin/criu x").criu()).isEqualTo(Path.of("/srv/bin/criu"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --log-format xml x          | --log-format takes text or json, not xml
          --log journald:x x          | --log=journald:x is not supported
          --cgroup-manager disabled x | --cgroup-manager=disabled is not supported
          --cgroup-manager v1 x       | --cgroup-manager takes cgroupfs
          --rootless yes x            | --rootless takes true, false or auto, not yes
          """)
  void shouldRefuse(String line, String message) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> read(line))
        .withMessageContaining(message);
  }

  private static GlobalOptions read(String line) {
    return GlobalOptions.read(flags(line), Calls.FOLDER, () -> ROOT);
  }

  private static Flags flags(String line) {
    return Flags.parse(
        FlagSection.options(List.of(OciFlags.global())),
        RefusedFlags::refusal,
        line.split(" ", -1));
  }
}
