package io.lighter.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.bench.machine.BusyboxRoot;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.bench.start.Peer;
import io.lighter.testing.KernelTest;
import io.lighter.testing.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts whose charges are read; with limits that are far from too small. */
@KernelTest
@Timeout(120)
class ChargedKernelTest {
  private static final List<String> TRUE = List.of("/bin/true");
  private static final List<String> SLEEP = List.of("/bin/sleep", "1000");
  private static final long ENOUGH = 16 << 20;

  @TempDir Path folder;
  private Path root;
  private Path parent;

  @BeforeEach
  void prepare() throws Exception {
    root = BusyboxRoot.make(folder.resolve("root"));
    parent = Files.createDirectory(Path.of("/sys/fs/cgroup/lighter-bench-test"));
    Files.writeString(parent.resolve("cgroup.subtree_control"), "+memory +pids");
  }

  @AfterEach
  void remove() throws Exception {
    Files.delete(parent); // fails where a cgroup is left in it
  }

  private static void assertCharges(Charged subject) throws Exception {
    assertThat(subject.runs(TRUE, ENOUGH)).isTrue();
    assertThat(subject.runs(List.of("/bin/nothing"), ENOUGH)).isFalse();
    try (Charged.Running running = subject.start(SLEEP)) {
      assertThat(Long.parseLong(Files.readString(running.cgroup().resolve("memory.peak")).strip()))
          .isPositive();
    }
  }

  @Test
  void shouldChargeTheFloor() throws Exception {
    try (Charged floor = new FloorCharged(root, parent)) {
      assertThat(floor.runs(TRUE, ENOUGH)).isTrue();
      try (Charged.Running running = floor.start(SLEEP)) {
        assertThat(running.cgroup().resolve("cgroup.procs")).content().isNotBlank();
      }
    }
  }

  @Test
  void shouldChargeOurs() throws Exception {
    try (Charged ours = new OwnCharged(ContainerUnderTest.ofThisHost(), root, folder, parent)) {
      assertCharges(ours);
    }
  }

  @Test
  @RequiresTool("crun")
  void shouldChargeAPeer() throws Exception {
    try (Charged crun =
        new PeerCharged(Peer.CRUN, ContainerUnderTest.ofThisHost(), root, folder, parent)) {
      assertCharges(crun);
    }
  }
}
