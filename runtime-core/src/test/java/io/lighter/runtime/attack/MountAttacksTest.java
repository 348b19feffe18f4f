package io.lighter.runtime.attack;

import static io.lighter.runtime.ShortRun.bind;
import static io.lighter.runtime.ShortRun.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.WindowSize;
import io.lighter.runtime.Container;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.PreparedContainer;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.RuntimeConfig;
import io.lighter.runtime.ShortRun;
import io.lighter.runtime.StartException;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceType;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that want what is mounted for them to land somewhere else, or to be something else. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class MountAttacksTest {
  private Path folder = Path.of("");
  private Path layer = Path.of("");
  private Path data = Path.of("");
  private Path outside = Path.of("");

  @BeforeEach
  void makeFolders() throws IOException {
    folder = Files.createTempDirectory(Path.of("/dev/shm"), "lighter-attack");
    layer = Files.createDirectory(folder.resolve("layer"));
    data = Files.createDirectory(folder.resolve("data"));
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(data.resolve("status"), "the attacker's");
  }

  @AfterEach
  void removeFolders() throws IOException {
    assertThat(outside).isEmptyDirectory();
    ShortRun.remove(folder);
  }

  private String run(Spec spec) {
    return ShortRun.overHost(folder, spec, layer).output();
  }

  private static Spec with(Spec spec, UnaryOperator<LinuxConfig> change) {
    return spec.with(s -> s.linux = change.apply(spec.linuxOrEmpty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"proc", "sys", "dev"})
  @DisplayName("CVE-2023-27561, CVE-2023-28642, CVE-2026-41579: a mount point that is a link")
  void shouldRefuseAMountPointOfTheKernelThatIsALink(String name) throws IOException {
    Files.createDirectory(layer.resolve("etc"));
    Files.createSymbolicLink(layer.resolve(name), Path.of("etc"));

    assertThatThrownBy(() -> run(shell("true")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the mount at /" + name)
        // Without openat2 the kernel is asked for a folder that is no link.
        .hasMessageMatching("(?s).*(ELOOP|O_DIRECTORY\\|O_NOFOLLOW.*ENOTDIR).*");
  }

  @Test
  @DisplayName("CVE-2026-41579: /dev is a link and nothing is mounted there")
  void shouldMakeDevicesInTheRootOnly() throws IOException {
    Files.createSymbolicLink(layer.resolve("dev"), Path.of("/etc"));
    Spec spec =
        with(
                shell("stat -c %t:%T /etc/x"),
                linux ->
                    linux.with(
                        l ->
                            l.devices =
                                List.of(
                                    new Device(
                                        "/dev/x", DeviceType.CHAR, 1L, 3L, 0666, null, null))))
            .with(s -> s.mounts = List.of(new Mount("/proc", "proc", "proc", List.of())));

    assertThat(run(spec)).isEqualTo("1:3\n");
    assertThat(Path.of("/etc/x")).doesNotExist();
  }

  @Test
  @DisplayName("CVE-2019-16884: a volume in the place of procfs")
  void shouldRefuseAVolumeInProcfs() {
    Spec spec =
        with(shell("true", bind(data, "/proc")), l -> l.with(w -> w.readonlyPaths = List.of()));
    assertThatThrownBy(() -> run(spec))
        .hasMessageContaining("the mount at /proc: only a whole procfs can be bound there");
    assertThatThrownBy(() -> run(shell("true", bind(data, "/tmp/../proc/self/attr"))))
        .hasMessageContaining("nothing is mounted inside /proc");
  }

  @Test
  @DisplayName("CVE-2019-16884: a volume at a link into procfs")
  void shouldNotMountAVolumeIntoProcfsByALink() throws IOException {
    Files.createSymbolicLink(layer.resolve("volume"), Path.of("/proc/1"));
    Files.createSymbolicLink(layer.resolve("whole"), Path.of("proc"));
    Spec spec =
        shell(
            "stat -f -c %T /proc /proc/1; head -c 5 /proc/1/status; test -e /proc/status || echo"
                + " hid",
            bind(data, "/volume"), bind(data, "/whole"));

    assertThat(run(spec)).isEqualTo("proc\nproc\nName:hid\n");
  }

  @Test
  @DisplayName("CVE-2025-31133: /dev/null of the image is a link")
  void shouldMaskByTheDeviceOfTheHost() throws IOException {
    Files.createDirectory(layer.resolve("dev"));
    Files.createSymbolicLink(layer.resolve("dev/null"), Path.of("/proc/sys/kernel/core_pattern"));
    Spec spec = shell("stat -c %t:%T /proc/keys /etc/shadow");
    Spec masked =
        with(spec, linux -> linux.with(l -> l.maskedPaths = List.of("/proc/keys", "/etc/shadow")));
    Spec withoutDev =
        masked.with(
            s ->
                s.mounts =
                    masked.mounts().stream()
                        .filter(m -> !m.destination().startsWith("/dev"))
                        .toList());

    assertThat(run(masked)).isEqualTo("1:3\n1:3\n");
    assertThat(run(withoutDev)).isEqualTo("1:3\n1:3\n");
  }

  @Test
  @DisplayName("CVE-2025-52565: /dev/console and /dev/pts of the image are links")
  void shouldBindTheConsoleWithinItsOwnFileSystem() throws Exception {
    Files.createDirectory(layer.resolve("dev"));
    Path target = Files.writeString(folder.resolve("target"), "");
    Files.createSymbolicLink(layer.resolve("dev/console"), target);
    Files.createSymbolicLink(layer.resolve("dev/pts"), outside);
    Spec plain = shell("test $(stat -c %t:%T /dev/console) = 88:0 && ! test -L /dev/pts");
    Spec spec =
        plain.with(
            s -> s.process = Objects.requireNonNull(plain.process()).with(p -> p.terminal = true));
    try (ContainerRuntime runtime =
            ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")));
        RootFileSystem root = RootFileSystem.overlay(List.of(layer, Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec, root);
        Container container = prepared.start(new WindowSize(24, 80))) {
      assertThat(container.waitFor().shellStatus()).isZero();
    }
    assertThat(target).isEmptyFile();
  }

  @Test
  @DisplayName("CVE-2025-52881: a sysctl is written to another file")
  void shouldWriteSettingsToProcfs() throws IOException {
    Path net = Files.createDirectories(data.resolve("ipv4"));
    Files.writeString(net.resolve("ip_forward"), "untouched");
    Files.createSymbolicLink(layer.resolve("volume"), Path.of("/proc/sys/net"));
    Spec spec =
        with(
            shell("cat /proc/sys/net/ipv4/ip_forward", bind(data, "/volume")),
            linux -> linux.with(l -> l.sysctl = Map.of("net.ipv4.ip_forward", "1")));

    assertThat(run(spec)).isEqualTo("1\n");
    assertThat(net.resolve("ip_forward")).hasContent("untouched");
    assertThatThrownBy(() -> run(shell("true", bind(data, "/proc/sys/net"))))
        .hasMessageContaining("nothing is mounted inside /proc");
  }

  @Test
  @DisplayName("CVE-2023-25809: the cgroup is writable without a namespace")
  void shouldGiveNoWritableCgroupWithoutANamespace() {
    Spec spec =
        shell("true")
            .with(
                s ->
                    s.mounts =
                        List.of(
                            new Mount("/proc", "proc", "proc", List.of()),
                            new Mount("/c", "cgroup", "cgroup", List.of("ro", "rw"))));
    Spec shared =
        with(
            spec,
            linux ->
                linux.with(
                    l ->
                        l.namespaces =
                            linux.namespaces().stream()
                                .filter(n -> n.type() != NamespaceType.CGROUP)
                                .toList()));

    assertThatThrownBy(() -> run(shared)).hasMessageContaining("could change its own limits");
  }

  @Test
  @DisplayName("CVE-2022-23648: a destination of the image leads out of it")
  void shouldNotFollowALinkOfTheImageToTheHost() throws IOException {
    Path upwards = Path.of("../../../../../../..").resolve(outside.toString().substring(1));
    Files.createSymbolicLink(layer.resolve("up"), upwards);
    Files.createSymbolicLink(layer.resolve("absolute"), outside);
    Spec spec =
        shell("cat " + outside + "/x/status", bind(data, "/up/x"), bind(data, "/absolute/y"));

    // The same path within the root, where it is made.
    assertThat(run(spec)).isEqualTo("the attacker's");
  }
}
