package io.lighter.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.lighter.linux.StepPaths;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecException;
import io.lighter.runtime.spec.SpecReader;
import io.lighter.runtime.spec.SpecValidation;
import io.lighter.runtime.spec.SpecWriter;
import io.lighter.runtime.spec.UnsupportedSpecException;
import org.jspecify.annotations.Nullable;

/**
 * Specifications as nobody writes them. In the build it runs the seeds; docs/fuzzing.md says how to
 * search for more.
 *
 * <p>What is read can be written and read again. What the rules let through becomes a launch
 * program, or is refused by a name; and no path of that program leads out of the root.
 */
class SpecFuzzTest {
  @FuzzTest(maxDuration = "5m")
  void shouldRefuseOrPlan(byte[] json) {
    Spec spec = read(json);
    if (spec == null) {
      return;
    }
    assertThat(SpecReader.parse(SpecWriter.toJson(spec))).isEqualTo(spec);
    if (!SpecValidation.problems(spec).isEmpty()) {
      return;
    }
    try {
      LaunchPlan plan = Plans.of(spec);
      assertThat(StepPaths.unsafe(plan.program())).isEmpty();
      assertThat(plan.program().explain()).isNotEmpty();
    } catch (SpecException | UnsupportedSpecException e) {
      assertThat(e.getMessage()).isNotBlank();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("(?s)(process|linux|mounts|root|hostname).*");
    }
  }

  private static @Nullable Spec read(byte[] json) {
    try {
      return SpecReader.parse(json);
    } catch (SpecException e) {
      assertThat(e.getMessage()).isNotBlank();
      return null;
    }
  }

  @FuzzTest(maxDuration = "5m")
  void shouldRefuseOrPlanAFurtherProcess(byte[] json) {
    Process process;
    try {
      process = SpecReader.parseProcess(json);
    } catch (SpecException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    Spec container = Plans.spec(p -> {}, l -> {});
    try {
      ExecPlan plan =
          new ExecPlanner(container.linuxOrEmpty(), process, Plans.grantable(), null, null)
              .plan(0, null);
      assertThat(StepPaths.unsafe(plan.program())).isEmpty();
    } catch (SpecException | UnsupportedSpecException e) {
      assertThat(e.getMessage()).isNotBlank();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("(?s)process.*");
    }
  }
}
