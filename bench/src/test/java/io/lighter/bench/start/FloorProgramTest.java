package io.lighter.bench.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.bench.TestMounts;
import io.lighter.bench.machine.Command;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.Project;
import io.lighter.bench.turns.Load;
import io.lighter.bench.turns.Round;
import io.lighter.bench.turns.StartTimes;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C program, with real containers. */
@RequiresRoot
@RequiresTool("gcc")
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
class FloorProgramTest {

  @TempDir Path folder;
  private Workspace workspace;
  private Subjects subjects;

  @BeforeEach
  void prepare() throws Exception {
    Path sources = Project.locate().root().resolve("bench/src/main/c");
    workspace = Workspace.prepare(folder, sources, TestMounts.cgroup());
    subjects = new Subjects(workspace, ContainerUnderTest.ofThisHost(), 4);
  }

  @AfterEach
  void close() throws IOException {
    workspace.close();
  }

  @Test
  @LeavesNothing(cgroups = "lighter-bench")
  void shouldStartTenContainersAndLeaveNothing() throws Exception {
    Round round = subjects.floor().run(new Load("ten", 1, 10, 0, false));

    assertThat(round.starts()).hasSize(10).allMatch(start -> start.status() == 0);
    assertThat(round.starts())
        .allSatisfy(
            start -> {
              assertThat(start.exec()).isBetween(start.begin(), start.exit());
              assertThat(start.end()).isGreaterThan(start.exit());
            });
    assertThat(workspace.folder("floor/0")).isEmptyDirectory();
  }

  @Test
  @LeavesNothing(cgroups = "lighter-bench")
  void shouldStartBurstsAndReadTheFirstInstruction() throws Exception {
    Round round = subjects.floor().run(new Load("bursts", 4, 8, 4, true));

    assertThat(round.starts()).hasSize(8);
    assertThat(round.starts()).allMatch(start -> start.stamp() > start.begin());
    assertThat(round.starts())
        .extracting(StartTimes::intended)
        .containsOnly(round.starts().getFirst().intended(), round.starts().getLast().intended());
  }

  @Test
  void shouldMakeTheContainerThatTheSpecificationDescribes() throws Exception {
    ContainerView view = ContainerView.parse(subjects.floor().view(), Set.of("/proc/keys"));

    assertThat(view.facts())
        .containsEntry("mount /", "overlay ")
        .containsEntry("mount /proc", "proc nodev,noexec,nosuid")
        .containsEntry("mount /sys", "sysfs nodev,noexec,nosuid,ro")
        .containsEntry("mount /proc/keys", "masked")
        .containsEntry("CapBnd", "00000000a80425fb")
        .containsEntry("CapEff", "00000000a80425fb")
        .containsEntry("CapInh", "0000000000000000")
        .containsEntry("Seccomp", "2")
        .containsEntry("hostname", "bench")
        .containsEntry("Pid", "1")
        .containsEntry("interface lo:", "present");
    assertThat(view.facts().keySet()).noneMatch(name -> name.contains("eth"));
  }

  @Test
  void shouldSayWhatEachPartAndEachStepCosts() throws Exception {
    FloorBreakdown breakdown = subjects.breakdown();

    assertThat(breakdown.ladder(1, 2)).hasSize(1 + FloorPlan.Part.values().length);
    assertThat(breakdown.steps(2))
        .extracting(step -> step.name())
        .contains("fsmount overlay", "fsconfig create overlay", "pivot_root", "execve");
  }

  @Test
  void shouldNameTheStepThatFails() throws Exception {
    Path plan = folder.resolve("bad");
    Files.writeString(
        plan, "lower " + workspace.lower() + "\noverlay\nnamespace mount\narg /bin/nothing\n");

    assertThatThrownBy(
            () ->
                Command.lines(
                    List.of(
                        workspace.programs().floor().toString(),
                        "-s",
                        workspace.folder("floor").toString(),
                        "-p",
                        plan.toString(),
                        "-n",
                        "1")))
        .hasMessageContaining("step execve: No such file or directory");
  }
}
