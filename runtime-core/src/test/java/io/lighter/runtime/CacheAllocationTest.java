package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.cgroups.Cgroup;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.runtime.launch.Rendezvous;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.IntelRdt;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container and its part of the cache; a folder plays the file system resctrl. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class CacheAllocationTest {
  private final Linux linux = Linux.kernel();
  @TempDir private Path folder;
  private Path resctrl;
  private ContainerPlace place;

  @BeforeEach
  void prepare() throws IOException {
    resctrl = Files.createDirectory(folder.resolve("resctrl"));
    Path state = Files.createDirectory(folder.resolve("state"));
    Files.createDirectory(state.resolve("empty"));
    place = new ContainerPlace("c1", folder, state, "/lighter/c1");
  }

  private static Spec spec(String... command) {
    IntelRdt wanted = new IntelRdt(null, List.of("L3:0=f"), null, null, false);
    Spec spec = DefaultContainer.of(new Root("/", true), List.of(command), null);
    return spec.with(s -> s.linux = Objects.requireNonNull(s.linux).with(l -> l.intelRdt = wanted));
  }

  private LifecycleLaunch.Waiting create(LifecycleLaunch launch, Spec spec) {
    try (Stdio stdio = Stdio.discard()) {
      return launch.create(spec, Path.of("/"), place, stdio, null, List.of(), true);
    }
  }

  @Test
  void shouldCountTheContainerInItsGroupBeforeItStarts() throws Exception {
    Files.createFile(resctrl.resolve("schemata"));
    LifecycleLaunch launch = new LifecycleLaunch(linux, resctrl);
    Spec spec = spec("sleep", "600");
    Path group = resctrl.resolve("c1");

    LifecycleLaunch.Waiting waiting = create(launch, spec);

    try (var _ = waiting.memory();
        var process = waiting.process()) {
      assertThat(group.resolve("schemata")).hasContent("L3:0=f");
      assertThat(group.resolve("tasks")).hasContent(String.valueOf(process.pid()));
      linux.processes().signal(process, Signals.SIGKILL);
      linux.processes().waitFor(process);
    }
    // In the real file system the files of a group do not stand in the way of its removal.
    Files.delete(group.resolve("schemata"));
    Files.delete(group.resolve("tasks"));
    launch.release(spec, place);
    launch.release(spec, place);
    assertThat(group).doesNotExist();
    Rendezvous.remove(linux, place.folder());
    try (Cgroup cgroup = launch.tree().open(Objects.requireNonNull(place.cgroup()))) {
      cgroup.destroy(Duration.ofSeconds(10));
    }
  }

  @Test
  void shouldNameWhatTheHostLacksBeforeAnythingHasStarted() {
    LifecycleLaunch launch = new LifecycleLaunch(linux, resctrl);

    assertThatThrownBy(() -> create(launch, spec("true")))
        .isInstanceOf(UnsupportedSpecException.class)
        .hasMessageStartingWith("linux.intelRdt: ")
        .hasMessageContaining("no resctrl is mounted at " + resctrl);
    assertThat(place.folder().resolve("to-init")).doesNotExist();
  }
}
