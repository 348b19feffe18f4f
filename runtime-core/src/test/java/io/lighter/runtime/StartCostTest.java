package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.Linux;
import io.lighter.linux.MissingCalls;
import io.lighter.linux.SystemCall;
import io.lighter.linux.SystemCalls;
import io.lighter.overlay.LayerStack;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.RequiresRoot;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a start costs, where it can be counted exactly: the numbers of the design are 120 system
 * calls in the child, 250 in all, and 2 KB of heap.
 */
@RequiresRoot
class StartCostTest {
  @TempDir private Path folder;

  /** Passes calls on and writes their names down while it is told to. */
  private static final class CountingCalls implements SystemCalls {
    private final SystemCalls kernel = Linux.kernel().calls();
    private final List<SystemCall> made = new ArrayList<>();
    private boolean counting;

    @Override
    public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
      note(call);
      return kernel.call(call, a0, a1, a2, a3, a4, a5);
    }

    @Override
    public long callCritical(
        SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
      note(call);
      return kernel.callCritical(call, a0, a1, a2, a3, a4, a5);
    }

    @Override
    public MissingCalls missing() {
      return kernel.missing();
    }

    @Override
    public long launch(LaunchImage image) {
      note(SystemCall.CLONE3);
      return kernel.launch(image);
    }

    private void note(SystemCall call) {
      if (counting) {
        made.add(call);
      }
    }
  }

  private static Spec spec() {
    Spec spec =
        DefaultContainer.of(new Root("/", false), List.of("/bin/true"), null)
            .with(s -> s.hostname = "boat");
    Resources guarded = Resources.NONE.with(r -> r.devices = DefaultContainer.DEVICE_RULES);
    return spec.with(s -> s.linux = spec.linuxOrEmpty().with(l -> l.resources = guarded));
  }

  private static void startAndEnd(PreparedContainer prepared, Stdio stdio) {
    try (Container container = prepared.start(stdio)) {
      assertThat(container.waitFor().code()).isZero();
    }
  }

  @Test
  void shouldMakeFewSystemCalls() {
    CountingCalls calls = new CountingCalls();
    Linux linux = new Linux(calls);
    try (ContainerRuntime runtime =
            new ContainerRuntime(linux, RuntimeConfig.of(folder.resolve("state")));
        RootFileSystem root =
            new RootFileSystem.Overlay(LayerStack.open(linux, List.of(Path.of("/"))));
        PreparedContainer prepared = runtime.prepare(spec(), root);
        Stdio stdio = Stdio.discard()) {
      startAndEnd(prepared, stdio);
      calls.counting = true;
      startAndEnd(prepared, stdio);
      calls.counting = false;

      int child = prepared.plan().program().steps().size();
      // And the system call of the filter, which this specification has not.
      assertThat(child + 1).isLessThanOrEqualTo(120);
      assertThat(child + calls.made.size()).as("%s", calls.made).isLessThanOrEqualTo(250);
      assertThat(calls.made).as("of the device filter").containsOnlyOnce(SystemCall.BPF);
    }
  }

  @Test
  void shouldAllocateLittleHeap() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int starts = 500;
    try (ContainerRuntime runtime =
            ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")));
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec(), root);
        Stdio stdio = Stdio.discard()) {
      for (int i = 0; i < starts; i++) {
        startAndEnd(prepared, stdio);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < starts; i++) {
        startAndEnd(prepared, stdio);
      }
      long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / starts;
      assertThat(bytes).isLessThanOrEqualTo(2048);
    }
  }
}
