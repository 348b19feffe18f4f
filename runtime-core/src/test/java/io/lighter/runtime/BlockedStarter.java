package io.lighter.runtime;

import io.lighter.linux.ImageSurgery;
import io.lighter.linux.Linux;
import io.lighter.overlay.LayerStack;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import java.nio.file.Path;
import java.util.List;

/** A process that starts a container which stands still at one step, until somebody kills it. */
final class BlockedStarter {
  private BlockedStarter() {}

  /** Takes the state folder, the step, and whether the container dies with this process. */
  public static void main(String[] arguments) {
    int step = Integer.parseInt(arguments[1]);
    RuntimeConfig config = RuntimeConfig.of(Path.of(arguments[0]));
    Linux linux = new Linux(new ImageSurgery(step, ImageSurgery.Replacement.ENDLESS_WAIT));
    Spec spec = DefaultContainer.of(new Root("/", false), List.of("/bin/true"), null);
    try (ContainerRuntime runtime =
            new ContainerRuntime(
                linux, Boolean.parseBoolean(arguments[2]) ? config.withDieWithStarter() : config);
        RootFileSystem root =
            new RootFileSystem.Overlay(LayerStack.open(linux, List.of(Path.of("/"))));
        PreparedContainer prepared = runtime.prepare(spec, root);
        Stdio stdio = Stdio.discard()) {
      System.out.println(prepared.plan().program().steps().size());
      System.out.flush();
      prepared.start(stdio).close();
    }
  }
}
