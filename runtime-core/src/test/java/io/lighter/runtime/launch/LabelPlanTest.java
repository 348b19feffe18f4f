package io.lighter.runtime.launch;

import static io.lighter.runtime.launch.SecurityModule.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.launch.LaunchInputs.TerminalInput;
import io.lighter.runtime.launch.LaunchPlan.Demand;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LabelPlanTest {
  private static final String LABEL = "system_u:object_r:container_file_t:s0:c1,c2";

  private static Spec labelled() {
    return Plans.spec(p -> {}, l -> l.mountLabel = LABEL);
  }

  @Test
  void shouldWriteTheProfileThroughTheProcfsThatTheProgramHasMounted() {
    LaunchPlan plan =
        Plans.of(Plans.spec(p -> p.apparmorProfile = "docker-default", l -> {}), APPARMOR);

    int proc = Plans.place(plan, "fsopen(\"proc\"") + 1;
    int mount = plan.program().steps().get(proc + 1).index() + 1;
    int open = Plans.place(plan, "attr/apparmor/exec");
    assertThat(plan.program().steps().get(mount - 1).toString()).startsWith("fsmount($" + proc);
    assertThat(plan.program().steps().get(open).toString())
        .startsWith("openat2($" + mount + ", \"self/attr/apparmor/exec\", {")
        .contains("RESOLVE_NO_XDEV", "RESOLVE_BENEATH");
    assertThat(plan.program().steps().get(open + 1).toString())
        .isEqualTo("write($" + (open + 1) + ", \"exec docker-default\", 19)");
    assertThat(plan.demands()).extracting(Demand::field).containsExactly("process.apparmorProfile");
    assertThat(open).as("while descriptors are open").isLessThan(Plans.place(plan, "close_range"));
  }

  @Test
  void shouldMakeAProcfsOfItsOwnWhereThereIsNoneOrAReadOnlyOne() {
    Spec spec = Plans.spec(p -> p.selinuxLabel = LABEL, l -> {});
    Spec none = spec.with(s -> s.mounts = s.mounts.stream().skip(1).toList());
    Spec readOnly =
        spec.with(
            s -> {
              List<Mount> mounts = new ArrayList<>(s.mounts);
              mounts.set(0, new Mount("/proc", "proc", "proc", List.of("ro")));
              s.mounts = mounts;
            });

    LaunchPlan plan = Plans.of(none, SELINUX);
    int made = Plans.place(plan, "fsopen(\"proc\"");
    List<String> steps =
        plan.program().steps().subList(made, made + 5).stream().map(Object::toString).toList();
    assertThat(steps).element(2).isEqualTo("fsmount($" + (made + 1) + ", FSMOUNT_CLOEXEC, 0)");
    assertThat(steps)
        .element(3)
        .asString()
        .startsWith("openat2($" + (made + 3) + ", \"self/attr/exec\"");
    assertThat(steps).element(4).isEqualTo("write($" + (made + 4) + ", \"" + LABEL + "\", 43)");
    assertThat(Plans.steps(Plans.of(readOnly, SELINUX), "fsopen(\"proc\"")).hasSize(2);
  }

  @Test
  void shouldLabelTheFileSystemsThatItMakesAndThatTakeALabel() {
    LaunchPlan plan = Plans.of(labelled(), SELINUX);

    assertThat(Plans.steps(plan, "context"))
        .containsExactly(
            "fsconfig($"
                + (Plans.place(plan, "fsopen(\"tmpfs\"") + 1)
                + ", FSCONFIG_SET_STRING, \"context\", \""
                + LABEL
                + "\", 0)",
            "mount(\"devpts\", \"pts\", \"devpts\", MS_NOSUID|MS_NOEXEC, \"newinstance,"
                + "ptmxmode=0666,mode=0620,gid=5,context=\\\""
                + LABEL
                + "\\\"\")",
            "mount(\"tmpfs\", \"shm\", \"tmpfs\", MS_NOSUID|MS_NODEV|MS_NOEXEC,"
                + " \"mode=1777,size=65536k,context=\\\""
                + LABEL
                + "\\\"\")");
    int mqueue = Plans.place(plan, "security.selinux");
    assertThat(plan.program().steps().get(mqueue).toString())
        .isEqualTo("fsetxattr($" + mqueue + ", \"security.selinux\", \"" + LABEL + "\", 43, 0)");
    assertThat(plan.program().steps().get(mqueue - 1).toString()).contains("\"dev/mqueue\"");
  }

  @Test
  void shouldLabelTheTerminalsOfAContainerThatHasOne() {
    Spec spec = Plans.spec(p -> p.terminal = true, l -> l.mountLabel = LABEL);

    TerminalInput terminal = Objects.requireNonNull(Plans.of(spec, SELINUX).inputs().terminal());
    assertThat(terminal.options()).contains("context=" + LABEL);
  }

  @Test
  void shouldKeepALabelThatAMountBringsAlong() {
    Spec spec =
        labelled()
            .with(
                s ->
                    s.mounts =
                        List.of(
                            new Mount("/run", "tmpfs", "tmpfs", List.of("context=\"a:b:c:c3,c4\"")),
                            new Mount("/mnt", "bind", "/srv", List.of("rbind"))));

    assertThat(Plans.steps(Plans.of(spec, SELINUX), "context"))
        .singleElement()
        .asString()
        .endsWith("\"context=\\\"a:b:c:c3,c4\\\"\")");
  }

  @Test
  void shouldRefuseWhatTheHostHasNoModuleFor() {
    assertRefused(Plans.spec(p -> p.apparmorProfile = "x", l -> {}), "process.apparmorProfile")
        .hasMessageContaining("AppArmor is not enabled");
    assertRefused(Plans.spec(p -> p.selinuxLabel = LABEL, l -> {}), "process.selinuxLabel")
        .hasMessageContaining("SELinux is not enabled");
    assertRefused(labelled(), "linux.mountLabel").hasMessageContaining("SELinux is not enabled");
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(
      Spec spec, String field) {
    return assertThatThrownBy(() -> Plans.of(spec))
        .isInstanceOfSatisfying(
            UnsupportedSpecException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void shouldTakeEmptyFieldsAndUnconfinedForNothingWithoutAModule() {
    Spec spec =
        Plans.spec(
            p -> {
              p.apparmorProfile = "unconfined";
              p.selinuxLabel = "";
            },
            l -> l.mountLabel = "");

    assertThat(Plans.steps(Plans.of(spec), "attr/")).isEmpty();
    assertThat(Plans.steps(Plans.of(spec, APPARMOR), "\"exec unconfined\"")).hasSize(1);
  }

  @Test
  void shouldRefuseALabelThatWouldEndItsQuotationMarks() {
    Spec spec = Plans.spec(p -> {}, l -> l.mountLabel = "a\",size=1,x=\"");

    assertThatThrownBy(() -> Plans.of(spec, SELINUX)).hasMessageContaining("linux.mountLabel");
  }
}
