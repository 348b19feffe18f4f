package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.MemoryPolicy;
import io.lighter.runtime.spec.MemoryPolicyMode;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.User;
import io.lighter.testing.KernelTest;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the test kernel has and the machine may lack, AppArmor, and the reverse, NUMA. */
@KernelTest
@RequiresTool(value = "apparmor_parser", debianPackage = "apparmor")
@LeavesNothing(cgroups = "/lighter/")
class ContainerAppArmorKernelTest {
  private static final String PROFILE = "lighter-test";
  private static final String[] COMMAND = {
    "sh", "-c", "cat /proc/self/attr/current; echo x > /var/allowed; echo x > /var/denied"
  };
  private static final String CONFINED =
      PROFILE + " (enforce)\nsh: 1: cannot create /var/denied: Permission denied\n";

  @TempDir private Path folder;
  private HostRootContainer container;

  @BeforeEach
  void load() throws Exception {
    container = new HostRootContainer(folder);
    Path text = folder.resolve("profile");
    Files.writeString(
        text,
        "profile "
            + PROFILE
            + " flags=(attach_disconnected,mediate_deleted) {\n"
            + "  file,\n  capability,\n  signal,\n  deny /var/denied w,\n}\n");
    java.lang.Process parser =
        new ProcessBuilder(
                Tools.find("apparmor_parser").orElseThrow().toString(),
                "-K",
                "-T",
                "-r",
                text.toString())
            .inheritIO()
            .start();
    assertThat(parser.waitFor()).isZero();
  }

  private static Spec confined(Consumer<Process.Draft> change) {
    return HostRootContainer.spec(
        p -> {
          p.apparmorProfile = PROFILE;
          change.accept(p);
        },
        l -> {},
        COMMAND);
  }

  @Test
  void shouldConfineTheContainerByItsProfile() throws IOException {
    assertThat(container.run(confined(p -> {}))).isEqualTo(CONFINED);
  }

  @Test
  void shouldConfineAUserThatMayGainNothing() throws IOException {
    Spec spec =
        confined(
            p -> {
              p.user = new User(1000, 1000, null, List.of());
              p.capabilities = Capabilities.NONE;
              p.noNewPrivileges = true;
            });

    assertThat(container.run(spec)).startsWith(PROFILE + " (enforce)\n");
  }

  @Test
  void shouldConfineAContainerWithoutAProcfsOfItsOwn() throws IOException {
    Spec spec =
        HostRootContainer.spec(
            p -> p.apparmorProfile = PROFILE,
            l -> {
              l.maskedPaths = List.of();
              l.readonlyPaths = List.of();
            },
            "sh",
            "-c",
            "echo x > /var/denied");
    Spec bare = spec.with(s -> s.mounts = s.mounts.stream().skip(1).toList());

    assertThat(container.run(bare)).contains("/var/denied: Permission denied");
  }

  @Test
  void shouldNameTheProfileThatIsNotLoaded() {
    assertThatThrownBy(() -> container.run(confined(p -> p.apparmorProfile = "no-such-profile")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("process.apparmorProfile: the host refuses it")
        .hasMessageContaining("\"no-such-profile\" is not loaded")
        .hasMessageContaining("ENOENT");
  }

  @Test
  void shouldSayThatTheKernelHasNoNuma() {
    MemoryPolicy policy = new MemoryPolicy(MemoryPolicyMode.MPOL_BIND, "0", List.of());
    Spec spec = HostRootContainer.spec(p -> {}, l -> l.memoryPolicy = policy, "true");

    assertThatThrownBy(() -> container.run(spec))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("linux.memoryPolicy: the host refuses it (the kernel of this host")
        .hasMessageContaining("CONFIG_NUMA")
        .hasMessageContaining("ENOSYS");
  }
}
