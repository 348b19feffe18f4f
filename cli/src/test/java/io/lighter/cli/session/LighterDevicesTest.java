package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.session.LighterCommand.Outcome;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code lighter run} lets a container do with devices, with a filter and without. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class LighterDevicesTest {
  /** Nodes of numbers without a driver: ENXIO is what a request gives that is let pass. */
  private static final String OPEN_NODES =
      "mknod /tmp/lighter-b b 120 7 && mknod /tmp/lighter-c b 120 8 && true < /tmp/lighter-b; true"
          + " < /tmp/lighter-c; true <> /tmp/lighter-c";

  @TempDir private Path folder;

  private LighterCommand lighter;

  @BeforeEach
  void prepare() {
    lighter = new LighterCommand(folder.resolve("state"));
  }

  @Test
  void shouldLetNodesBeMadeAndNotOpened() throws Exception {
    Outcome outcome = lighter.run("run", "host", "sh", "-c", OPEN_NODES);

    assertThat(outcome.error().lines())
        .hasSize(3)
        .allMatch(line -> line.endsWith(": Operation not permitted"));
  }

  @Test
  void shouldOpenWhatARuleAllows() throws Exception {
    Outcome outcome =
        lighter.run("run", "--device-cgroup-rule", "b 120:8 r", "host", "sh", "-c", OPEN_NODES);

    assertThat(outcome.error())
        .contains("/tmp/lighter-b: Operation not permitted")
        .contains("cannot open /tmp/lighter-c: No such device or address")
        .contains("cannot create /tmp/lighter-c: Operation not permitted");
  }

  @Test
  void shouldGiveADeviceWithTheAccessThatWasAsked() throws Exception {
    Path node = folder.resolve("node");
    new ProcessBuilder("mknod", node.toString(), "b", "120", "7").start().onExit().join();
    Outcome outcome =
        lighter.run(
            "run",
            "--device",
            node + ":/dev/mine:r",
            "host",
            "sh",
            "-c",
            "true < /dev/mine; true <> /dev/mine");

    assertThat(outcome.error())
        .contains("cannot open /dev/mine: No such device or address")
        .contains("cannot create /dev/mine: Operation not permitted");
  }

  @Test
  void shouldGiveADeviceAnotherNameWhenItIsPrivilegedToo() throws Exception {
    Outcome outcome =
        lighter.run(
            "run",
            "--privileged",
            "--device",
            "/dev/null:/dev/mynull",
            "host",
            "sh",
            "-c",
            "test -c /dev/mynull && echo there > /dev/mynull && echo named");

    assertThat(outcome).isEqualTo(new Outcome(0, "named\n", ""));
  }

  @Test
  void shouldOpenEverythingWhenItIsPrivileged() throws Exception {
    Outcome outcome = lighter.run("run", "--privileged", "host", "sh", "-c", OPEN_NODES);

    assertThat(outcome.error().lines())
        .hasSize(3)
        .allMatch(line -> line.endsWith(": No such device or address"));
  }

  @Test
  @RequiresTool("strace")
  void shouldWithholdMknodWhereNothingCanBeGuarded() throws Exception {
    String script = "mknod /tmp/lighter-b b 120 7; grep CapBnd /proc/self/status";
    Outcome outcome = lighter.runWithout("bpf", "EINVAL", "run", "host", "sh", "-c", script);

    assertThat(outcome.status()).as(outcome.toString()).isZero();
    assertThat(outcome.error())
        .startsWith(
            "lighter run: warning: devices are not guarded, because the kernel was built without"
                + " CONFIG_CGROUP_BPF; so the container gets no CAP_MKNOD")
        .contains("/tmp/lighter-b: Operation not permitted");
  }

  @Test
  @RequiresTool("strace")
  void shouldRefuseRulesWhereNothingCanBeGuarded() throws Exception {
    Outcome outcome =
        lighter.runWithout(
            "bpf", "EPERM", "run", "--device-cgroup-rule", "c 1:3 r", "host", "true");

    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.error())
        .contains("--device-cgroup-rule is not supported on this host")
        .contains("CAP_BPF");
  }
}
