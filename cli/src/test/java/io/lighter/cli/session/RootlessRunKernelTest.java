package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cgroups.Controller;
import io.lighter.cli.session.LighterCommand.Outcome;
import io.lighter.linux.Linux;
import io.lighter.testing.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The limits of an ordinary user's containers, on a kernel that has the controllers. */
@KernelTest
class RootlessRunKernelTest {
  @Test
  void shouldLimitInACgroupThatIsLeftToTheUser() throws Exception {
    CgroupTree tree = CgroupTree.locate(Linux.kernel());
    try (Cgroup root = tree.root()) {
      root.enable(Set.of(Controller.MEMORY, Controller.PIDS));
    }
    // On a tmpfs: the host's files, which the rest is made of, cannot be an upper.
    OrdinaryUser user = OrdinaryUser.in(Files.createTempDirectory(Path.of("/run"), "lighter"));
    Path cgroup = Files.createDirectory(Path.of(tree.mountPoint(), "lighter-rootless"));
    for (String file : List.of("", "cgroup.procs", "cgroup.subtree_control")) {
      user.own(cgroup.resolve(file));
    }

    Outcome outcome =
        OrdinaryUser.outcome(
            user.start(
                OrdinaryUser.movedInto(cgroup),
                List.of(),
                "run",
                "-m",
                "32m",
                "--memory-swap",
                "32m",
                "--pids-limit",
                "20",
                "--shm-size",
                "100m",
                "--rootfs",
                user.root().toString(),
                "sh",
                "-c",
                "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max;"
                    + " exec busybox dd if=/dev/zero of=/dev/shm/x bs=1M count=80"),
            "");

    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(137);
    assertThat(outcome.output()).isEqualTo("33554432\n20\n");
    // As it was before: the command has stepped back, and nothing is left.
    assertThat(cgroup.resolve("cgroup.subtree_control")).content().isBlank();
    try (Stream<Path> left = Files.list(cgroup)) {
      assertThat(left.filter(Files::isDirectory)).isEmpty();
    }
    Files.delete(cgroup);
  }
}
