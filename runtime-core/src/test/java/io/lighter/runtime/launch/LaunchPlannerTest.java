package io.lighter.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Sched;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaunchPlannerTest {
  private static final PathKinds EVERYTHING = path -> PathKinds.Kind.FOLDER;

  private static LaunchPlan plan(Spec spec, boolean pooled) {
    return new LaunchPlanner(
            spec,
            new LaunchOptions(pooled, false, false, "/run/empty"),
            EVERYTHING,
            path ->
                path.startsWith("/proc/") && path.indexOf('/', 6) < 0
                    ? PathKinds.Kind.FILE
                    : PathKinds.Kind.FOLDER,
            new LaunchPlanner.Grantable(40, -1L),
            null)
        .plan();
  }

  @Test
  void shouldKeepTheDefaultContainerBelow120Calls() {
    LaunchPlan plan =
        plan(DefaultContainer.of(new Root("/", false), List.of("/bin/true"), null), true);

    assertThat(plan.program().steps()).hasSizeLessThanOrEqualTo(120);
    assertThat(plan.cloneFlags() & Sched.CLONE_NEWNET).isZero();
  }
}
