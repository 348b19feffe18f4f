package io.lighter.bench.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.bench.TestMounts;
import io.lighter.bench.machine.Workspace;
import io.lighter.bench.report.Project;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.bench.turns.Load;
import io.lighter.bench.turns.Round;
import io.lighter.bench.turns.StartTimes;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real execs in a real container. */
@RequiresRoot
@RequiresTool("gcc")
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@Timeout(120)
class ExecSubjectsTest {
  private static final Load LOAD = new Load("four", 2, 4, 2, false);

  @TempDir Path folder;

  private Round round(String subject) throws Exception {
    Path sources = Project.locate().root().resolve("bench/src/main/c");
    try (Workspace workspace = Workspace.prepare(folder, sources, TestMounts.cgroup());
        ExecSubjects subjects = new ExecSubjects(workspace, ContainerUnderTest.ofThisHost())) {
      return subjects.named(subject, 2, 1).run(LOAD);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"floor", "lighter"})
  @LeavesNothing(cgroups = "lighter-bench")
  void shouldExecuteInAContainerThatIdles(String subject) throws Exception {
    Round round = round(subject);

    assertThat(round.starts()).hasSize(4).allMatch(start -> start.status() == 0);
    assertThat(round.starts())
        .allSatisfy(start -> assertThat(start.exec()).isBetween(start.begin(), start.exit()));
    assertThat(round.starts())
        .extracting(StartTimes::intended)
        .containsOnly(round.starts().getFirst().intended(), round.starts().getLast().intended());
  }
}
