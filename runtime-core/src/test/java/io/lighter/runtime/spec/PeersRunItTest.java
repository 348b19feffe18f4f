package io.lighter.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The default container as written here runs in the runtimes of others, and is the same there. */
@RequiresRoot
@RequiresTool("unshare")
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = PeersRunItTest.ID)
class PeersRunItTest {
  static final String ID = "lighter-peers-run-it";

  private static final String SCRIPT =
      """
      grep -E '^(CapInh|CapEff|CapAmb|NoNewPrivs|Seccomp):' /proc/self/status
      hostname
      mkdir /made || echo refused
      cat /proc/kcore 2>/dev/null | wc -c
      """;

  @TempDir Path bundle;

  @BeforeEach
  void makeBundle() throws IOException {
    Path programs = Files.createDirectories(bundle.resolve("rootfs/bin"));
    Files.copy(Path.of("/bin/busybox"), programs.resolve("busybox"));
    for (String applet : List.of("sh", "grep", "hostname", "mkdir", "cat", "wc")) {
      Files.createSymbolicLink(programs.resolve(applet), Path.of("busybox"));
    }
    SeccompSyscall noFolders =
        new SeccompSyscall(List.of("mkdir", "mkdirat"), SeccompAction.ERRNO, 1, List.of());
    Seccomp filter =
        new Seccomp(
            SeccompAction.ALLOW, null, List.of(), List.of(), null, null, List.of(noFolders));
    Spec spec =
        DefaultContainer.of(new Root("rootfs", true), List.of("/bin/sh", "-c", SCRIPT), filter)
            .with(
                s -> {
                  s.hostname = "peer";
                  s.linux = Present.of(s.linux).with(l -> l.cgroupsPath = "/" + ID);
                });
    assertThat(SpecValidation.problems(spec)).isEmpty();
    SpecWriter.write(spec, bundle.resolve("config.json"));
  }

  @Test
  @RequiresTool("crun")
  void shouldRunInCrun() throws IOException, InterruptedException {
    assertRuns("crun");
  }

  @Test
  @RequiresTool("runc")
  void shouldRunInRunc() throws IOException, InterruptedException {
    assertRuns("runc");
  }

  private void assertRuns(String runtime) throws IOException, InterruptedException {
    // crun wants a host with cgroup v2 alone; give it the sight of one, private to it.
    String command =
        "umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "
            + runtime
            + " --root \"$0/state\" run --bundle \"$0\" "
            + ID;
    java.lang.Process peer =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                command,
                bundle.toString())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(peer.waitFor()).as(output).isZero();
    assertThat(output)
        .contains("CapInh:\t0000000000000000")
        .contains("CapEff:\t00000000a80425fb")
        .contains("CapAmb:\t0000000000000000")
        .contains("NoNewPrivs:\t0")
        .contains("Seccomp:\t2")
        .contains("peer\n")
        .contains("refused\n")
        .contains("\n0\n"); // not at the end always: runc passes each stream on by itself
  }
}
