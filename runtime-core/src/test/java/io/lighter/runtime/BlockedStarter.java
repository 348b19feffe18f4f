package io.lighter.runtime;

import io.lighter.linux.ImageSurgery;
import io.lighter.linux.Linux;
import io.lighter.overlay.LayerStack;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that starts as many containers as a launch program has steps, the first standing still
 * at the first step, the next at the second, and so on, until somebody kills it.
 */
final class BlockedStarter {
  private BlockedStarter() {}

  /** Takes the state folder, and whether the containers die with this process. */
  public static void main(String[] arguments) throws InterruptedException {
    RuntimeConfig config = RuntimeConfig.of(Path.of(arguments[0]));
    ImageSurgery surgery = new ImageSurgery(ImageSurgery.Replacement.ENDLESS_WAIT);
    Linux linux = new Linux(surgery);
    Spec spec = DefaultContainer.of(new Root("/", false), List.of("/bin/true"), null);
    try (ContainerRuntime runtime =
            new ContainerRuntime(
                linux, Boolean.parseBoolean(arguments[1]) ? config.withDieWithStarter() : config);
        RootFileSystem root =
            new RootFileSystem.Overlay(LayerStack.open(linux, List.of(Path.of("/"))));
        PreparedContainer prepared = runtime.prepare(spec, root);
        Stdio stdio = Stdio.discard()) {
      int steps = prepared.plan().program().steps().size();
      List<Thread> starters = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        int step = i;
        starters.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      surgery.setStep(step);
                      prepared.start(stdio).close();
                    }));
      }
      System.out.println(steps);
      System.out.flush();
      for (Thread starter : starters) {
        starter.join();
      }
    }
  }
}
