package io.lighter.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.ExitStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.ContainerEvent.Kind;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@LeavesNothing(cgroups = "/lighter/")
@Timeout(60)
class ContainerWatcherTest {
  private final Linux linux = Linux.kernel();
  @TempDir private Path folder;
  private ContainerStore store;
  private BusyboxBundle bundle;

  @BeforeEach
  void prepare() throws IOException {
    store = ContainerStore.open(folder.resolve("store"));
    bundle = new BusyboxBundle(folder, "sh", "sleep");
  }

  private Created start(String id, String... command) throws IOException {
    try (Stdio stdio = bundle.stdio()) {
      Created created = store.create(id, bundle.of(s -> {}, command), CreateOptions.of(stdio));
      created.container().start();
      return created;
    }
  }

  private static void pollUntil(
      ContainerWatcher watcher, List<ContainerEvent> events, String id, Kind last) {
    while (events.stream().noneMatch(e -> e.id().equals(id) && e.kind() == last)) {
      watcher.poll(Duration.ofSeconds(30), events::add);
    }
  }

  private static List<ContainerEvent> of(List<ContainerEvent> events, String id) {
    return events.stream().filter(e -> e.id().equals(id)).toList();
  }

  @Test
  void shouldTellOfManyContainersByOneWatcher() throws Exception {
    List<ContainerEvent> events = new ArrayList<>();
    try (ContainerWatcher watcher = store.watcher();
        Created first = start("a", "sh", "-c", "trap 'exit 3' TERM; while :; do sleep 1; done");
        Created second = start("b", "sleep", "600");
        ContainerWatcher.Watch _ = first.container().watch(watcher);
        ContainerWatcher.Watch _ = second.container().watch(watcher)) {
      assertThat(watcher.poll(Duration.ZERO, events::add)).isZero();

      second.container().pause();
      pollUntil(watcher, events, "b", Kind.PAUSED);
      second.container().resume();
      pollUntil(watcher, events, "b", Kind.RESUMED);
      first.container().kill(Signals.SIGTERM, false);
      pollUntil(watcher, events, "a", Kind.EXITED);
      second.container().kill(Signals.SIGKILL, false);
      linux.processes().waitFor(first.process());
      linux.processes().waitFor(second.process());
      pollUntil(watcher, events, "b", Kind.EMPTY);
      pollUntil(watcher, events, "b", Kind.EXITED);

      assertThat(of(events, "a"))
          .contains(new ContainerEvent("a", Kind.EXITED, new ExitStatus(3, 0, false)));
      assertThat(of(events, "b").stream().map(ContainerEvent::kind))
          .containsOnlyOnce(Kind.EXITED)
          .startsWith(Kind.PAUSED, Kind.RESUMED);
      first.container().delete(false);
      second.container().delete(false);
    }
  }

  @Test
  void shouldTellNothingOfAContainerThatIsWatchedNoLonger() throws Exception {
    try (ContainerWatcher watcher = store.watcher();
        Created created = start("a", "sleep", "600")) {
      created.container().watch(watcher).close();

      created.container().kill(Signals.SIGKILL, false);
      linux.processes().waitFor(created.process());

      assertThat(watcher.poll(Duration.ZERO, event -> {})).isZero();
      assertThatThrownBy(() -> created.container().watch(watcher)).hasMessageContaining("stopped");
      created.container().delete(false);
    }
  }

  @Test
  void shouldWaitForTheEndOfAContainer() throws Exception {
    try (Created created = start("a", "sleep", "600")) {
      FutureTask<ExitStatus> waiting = new FutureTask<>(created.container()::await);
      Thread thread = Thread.ofVirtual().start(waiting);
      created.container().kill(Signals.SIGKILL, false);

      assertThat(waiting.get()).isEqualTo(new ExitStatus(0, Signals.SIGKILL, false));
      thread.join();
      assertThat(linux.processes().waitFor(created.process()).signal()).isEqualTo(Signals.SIGKILL);
      assertThatThrownBy(() -> created.container().await()).hasMessageContaining("stopped");
      created.container().delete(false);
    }
  }
}
