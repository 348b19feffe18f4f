package io.lighter.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.ContainerEvent.Kind;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.KernelTest;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container that fills its memory, under the eyes of a watcher. */
@KernelTest
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
class OutOfMemoryKernelTest {
  private static final String FILL = "dd if=/dev/zero of=/dev/shm/x bs=1M count=48; sleep 600";

  @TempDir private Path folder;

  private static void limit(Spec.Draft spec, Map<String, String> unified) {
    Resources resources =
        Resources.NONE.with(
            r -> {
              r.memory = Memory.NONE.with(m -> m.limit = 16L << 20);
              r.unified = unified;
            });
    spec.linux = Objects.requireNonNull(spec.linux).with(l -> l.resources = resources);
  }

  private List<Kind> kinds(Map<String, String> unified, Kind last) throws IOException {
    BusyboxBundle bundle = new BusyboxBundle(folder, "sh", "dd", "sleep");
    List<Kind> kinds = new ArrayList<>();
    ContainerStore store = ContainerStore.open(folder.resolve("store"));
    try (ContainerWatcher watcher = store.watcher();
        Stdio stdio = bundle.stdio();
        Created created =
            store.create(
                "c",
                bundle.of(spec -> limit(spec, unified), "sh", "-c", FILL),
                CreateOptions.of(stdio));
        ContainerWatcher.Watch watch = created.container().watch(watcher)) {
      created.container().start();
      while (!kinds.contains(last)) {
        watcher.poll(Duration.ofSeconds(30), event -> kinds.add(event.kind()));
      }
      assertThat(watch.oom()).isPositive();
      created.container().kill(Signals.SIGKILL, true);
      Linux.kernel().processes().waitFor(created.process());
      created.container().delete(false);
    }
    return kinds;
  }

  @Test
  void shouldTellThatAProcessWasKilled() throws Exception {
    assertThat(kinds(Map.of(), Kind.OOM_KILL)).doesNotContain(Kind.EXITED, Kind.OOM_GROUP_KILL);
  }

  @Test
  void shouldTellThatTheContainerWasKilledAsAWhole() throws Exception {
    Map<String, String> group = Map.of("memory.oom.group", "1");
    assertThat(kinds(group, Kind.OOM_GROUP_KILL)).contains(Kind.OOM_KILL);
  }
}
