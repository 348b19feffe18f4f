package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand starts leave no descriptor, mount, cgroup, zombie, thread or mapping. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class ManyStartsTest {
  private static final int STARTS = 10_000;
  private static final int THREADS = 4;

  @TempDir private Path folder;

  @Test
  void shouldLeaveNothingAfterTenThousandStarts() throws Exception {
    Spec spec = DefaultContainer.of(new Root("/", false), List.of("/bin/true"), null);
    try (ContainerRuntime runtime =
            ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")).withPool(4));
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec, root);
        Stdio stdio = Stdio.discard();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        running.add(threads.submit(() -> startAndEnd(prepared, stdio, STARTS / THREADS)));
      }
      for (Future<?> thread : running) {
        waitFor(thread);
      }
    }
  }

  private static void startAndEnd(PreparedContainer prepared, Stdio stdio, int times) {
    for (int i = 0; i < times; i++) {
      try (Container container = prepared.start(stdio)) {
        assertThat(container.waitFor().shellStatus()).isZero();
      }
    }
  }

  private static void waitFor(Future<?> thread) throws InterruptedException {
    try {
      thread.get();
    } catch (ExecutionException e) {
      throw new AssertionError("a start failed", e.getCause());
    }
  }
}
