package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Signals;
import io.lighter.runtime.Container;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.PreparedContainer;
import io.lighter.runtime.RootFileSystem;
import io.lighter.runtime.RuntimeConfig;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class StopRequestTest {
  @TempDir private Path folder;

  @Test
  void shouldTakeSignalsBeforeTheContainerRunsAndAfterItsEnd() {
    StopRequest signals = new StopRequest(true, Signals.SIGKILL, -1);
    signals.accept(Signals.SIGTERM);
    Spec spec = DefaultContainer.of(new Root("/", false), List.of("sleep", "60"), null);
    try (ContainerRuntime runtime =
            ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")));
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec, root);
        Stdio stdio = Stdio.discard();
        Container container = prepared.start(stdio);
        signals) {
      signals.listen(container);
      assertThat(container.waitFor().shellStatus()).isEqualTo(128 + Signals.SIGKILL);
    }

    // The container's descriptor is closed now.
    signals.accept(Signals.SIGCONT);
    signals.accept(Signals.SIGTERM);
  }
}
