package io.lighter.bench.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Namespace;
import io.lighter.runtime.spec.NamespaceType;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloorPlanTest {

  private static final Path LOWER = Path.of("/l");
  private static final FloorPlan FULL =
      new FloorPlan(
          new ContainerUnderTest(null).spec(Payload.PLAIN, LOWER, "/x"),
          LOWER,
          Path.of("/sys/fs/cgroup/b"),
          Path.of("/f"),
          FloorPlan.everything());

  @Test
  void shouldSayEverythingThatTheContainerHas() {
    assertThat(FULL.text().lines())
        .contains(
            "lower /l",
            "overlay",
            "namespace pid",
            "namespace mount",
            "namespace network",
            "devices",
            "mount proc /proc nosuid,noexec,nodev",
            "mount cgroup2 /sys/fs/cgroup ro,nosuid,noexec,nodev,relatime",
            "masked /proc/kcore",
            "readonly /proc/sys",
            "capabilities a80425fb",
            "filter /f",
            "hostname bench",
            "cgroup /sys/fs/cgroup/b",
            "cwd /",
            "arg /bin/true")
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldLeaveOutParts() {
    FloorPlan plain = FULL.with(EnumSet.noneOf(FloorPlan.Part.class));

    assertThat(plain.text().lines())
        .filteredOn(line -> !line.startsWith("env "))
        .containsExactly("lower /l", "hostname bench", "cwd /", "arg /l/bin/true");
  }

  @Test
  void shouldRefuseNamespacesThatTheFloorCannotMake() {
    FloorPlan user =
        new FloorPlan(
            FULL.spec()
                .with(
                    spec ->
                        spec.linux =
                            LinuxConfig.EMPTY.with(
                                linux ->
                                    linux.namespaces = List.of(new Namespace(NamespaceType.USER)))),
            LOWER,
            LOWER,
            null,
            FloorPlan.everything());

    assertThatThrownBy(user::text).hasMessage("the floor makes no user namespace");
  }
}
