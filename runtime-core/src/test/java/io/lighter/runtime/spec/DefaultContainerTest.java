package io.lighter.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultContainerTest {
  private static final Root ROOT = new Root("/srv/root", false);

  @Test
  void shouldHaveDockersCapabilitiesAndNoneInherited() {
    Capabilities sets = capabilities(DefaultContainer.of(ROOT, List.of("sh"), null));
    // CapEff of a container of `docker run`
    assertThat(Capability.mask(sets.effective())).isEqualTo(0xa80425fbL);
    assertThat(sets.permitted()).isEqualTo(sets.effective());
    assertThat(sets.bounding()).isEqualTo(sets.effective());
    assertThat(sets.inheritable()).isEmpty();
    assertThat(sets.ambient()).isEmpty();
  }

  @Test
  void shouldMountInDockersOrder() {
    assertThat(DefaultContainer.of(ROOT, List.of("sh"), null).mounts())
        .extracting(Mount::destination)
        .containsExactly(
            "/proc", "/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/dev/shm");
  }

  @Test
  void shouldOpenUpWhenPrivileged() {
    Spec spec = DefaultContainer.privileged(ROOT, List.of("sh"));
    assertThat(Capability.mask(capabilities(spec).effective())).isEqualTo((1L << 41) - 1);
    assertThat(spec.linuxOrEmpty().maskedPaths()).isEmpty();
    assertThat(spec.linuxOrEmpty().readonlyPaths()).isEmpty();
    assertThat(spec.mounts()).noneMatch(mount -> mount.options().contains("ro"));
  }

  @Test
  void shouldMaskTheThermalCountersThatTheHostHas(@TempDir Path cpus) throws IOException {
    Files.createDirectories(cpus.resolve("cpu0/thermal_throttle"));
    Files.createDirectories(cpus.resolve("cpu1"));
    Files.createDirectories(cpus.resolve("cpu2/thermal_throttle"));
    assertThat(DefaultContainer.maskedPaths(cpus))
        .contains("/proc/kcore", "/sys/firmware")
        .endsWith(
            "/sys/devices/system/cpu/cpu0/thermal_throttle",
            "/sys/devices/system/cpu/cpu2/thermal_throttle");
  }

  private static Capabilities capabilities(Spec spec) {
    return Present.of(Present.of(spec.process()).capabilities());
  }
}
