package io.lighter.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Hook;
import io.lighter.runtime.spec.Hooks;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A creation that fails leaves nothing of its own, and touches nothing of others. */
@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(120)
class DiscardTest {
  private static final String CGROUP = "/lighter/discarded";

  private final Linux linux = Linux.kernel();
  @TempDir private Path folder;
  private ContainerStore store;
  private BusyboxBundle files;

  @BeforeEach
  void prepare() throws IOException {
    store = ContainerStore.open(folder.resolve("store"));
    files = new BusyboxBundle(folder, "sh", "sleep");
  }

  private Bundle bundle(boolean terminal, Hooks hooks) throws IOException {
    return files.of(
        spec -> {
          spec.hooks = hooks;
          spec.process = Objects.requireNonNull(spec.process).with(p -> p.terminal = terminal);
          spec.linux = Objects.requireNonNull(spec.linux).with(l -> l.cgroupsPath = CGROUP);
        },
        "sleep",
        "600");
  }

  private Created create(String id, Hooks hooks) throws IOException {
    return create(id, false, hooks);
  }

  private Created create(String id, boolean terminal, Hooks hooks) throws IOException {
    try (Stdio stdio = files.stdio()) {
      return store.create(
          id,
          bundle(terminal, hooks),
          terminal ? CreateOptions.of(new WindowSize(24, 80)) : CreateOptions.of(stdio));
    }
  }

  @Test
  void shouldNotTakeTheCgroupOfAnotherContainerAway() throws IOException {
    try (Created first = create("first", Hooks.NONE);
        Cgroup cgroup = Objects.requireNonNull(first.container().cgroup())) {
      first.container().start();
      assertThat(cgroup.processes()).containsExactly(first.process().pid());

      assertThatThrownBy(() -> create("second", Hooks.NONE)).hasMessageContaining("discarded");

      assertThat(cgroup.processes()).containsExactly(first.process().pid());
      assertThat(store.list()).extracting(ContainerState::id).containsExactly("first");
      assertThat(folder.resolve("store/second")).doesNotExist();
      end(first);
    }
    // The name is free again.
    try (Created again = create("second", Hooks.NONE)) {
      end(again);
    }
  }

  private void end(Created created) {
    linux.processes().signal(created.process(), Signals.SIGKILL);
    linux.processes().waitFor(created.process());
    created.container().delete(false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldEndTheProcessWhoseStateCannotBeWritten(boolean terminal) throws IOException {
    // The state with the process is written to this name first.
    String script = "mkdir " + folder.resolve("store/box/state.json.new");
    Hook blocking = new Hook("/bin/sh", List.of("sh", "-c", script), List.of(), null);
    Hooks hooks =
        new Hooks(List.of(), List.of(blocking), List.of(), List.of(), List.of(), List.of());

    assertThatThrownBy(() -> create("box", terminal, hooks))
        .hasMessageContaining("the state of box cannot be written");

    assertThat(folder.resolve("store/box")).doesNotExist();
    assertThat(store.list()).isEmpty();
    // What is left of its process and its cgroup would make this fail, and the test's own check.
    try (Created again = create("box", Hooks.NONE)) {
      end(again);
    }
  }
}
