package io.lighter.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Spec;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentityPlanTest {
  private static final Set<Capability> BOTH = Set.of(Capability.CAP_KILL, Capability.CAP_CHOWN);
  private static final Set<Capability> KILL = Set.of(Capability.CAP_KILL);

  private static Spec with(Capabilities capabilities) {
    return Plans.spec(p -> p.capabilities = capabilities, l -> {});
  }

  @Test
  void shouldRaiseOnlyWhatIsPermittedAndInheritable() {
    LaunchPlan plan = Plans.of(with(new Capabilities(BOTH, BOTH, KILL, BOTH, BOTH)));

    assertThat(Plans.steps(plan, "PR_CAP_AMBIENT, 2")).hasSize(1).first().asString().contains("5");
  }

  @Test
  void shouldRaiseNothingOfTheExampleThatRuncWrites() {
    LaunchPlan plan = Plans.of(with(new Capabilities(KILL, KILL, Set.of(), KILL, KILL)));

    assertThat(Plans.steps(plan, "PR_CAP_AMBIENT, 2")).isEmpty();
  }
}
