package io.lighter.bench.memory;

import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.runtime.StartException;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.ContainerStore;
import io.lighter.runtime.lifecycle.CreateOptions;
import io.lighter.runtime.lifecycle.Created;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Spec;
import java.nio.file.Path;
import java.util.List;

/** Our runtime in this JVM. */
final class OwnCharged implements Charged {
  private final Linux linux = Linux.kernel();
  private final ContainerUnderTest container;
  private final Path root;
  private final Path bundle;
  private final Path parent;
  private final ContainerStore store;
  private final Stdio nowhere = Stdio.discard();

  /**
   * Opens a store.
   *
   * @param folder for its state
   * @param parent the folder of the cgroup below which the containers have theirs
   */
  OwnCharged(ContainerUnderTest container, Path root, Path folder, Path parent) {
    this.container = container;
    this.root = root;
    this.bundle = folder;
    this.parent = parent;
    this.store = ContainerStore.open(folder.resolve("store"));
  }

  @Override
  public String description() {
    return "our runtime in one JVM: `create` and `start` of its life cycle";
  }

  private Created create(List<String> command, long limit) {
    Spec spec = container.spec(command, root, "/" + parent.getFileName() + "/lighter");
    return store.create(
        "c", new Bundle(bundle, Limits.apply(spec, limit), root), CreateOptions.of(nowhere));
  }

  @Override
  public Running start(List<String> command) {
    Created created = create(command, Limits.NONE);
    created.container().start();
    return new Running() {
      @Override
      public Path cgroup() {
        return parent.resolve("lighter");
      }

      @Override
      public void close() {
        linux.processes().signal(created.process(), Signals.SIGKILL);
        linux.processes().waitFor(created.process());
        created.container().delete(false);
        created.close();
      }
    };
  }

  @Override
  public boolean runs(List<String> command, long limit) {
    try (Created created = create(command, limit)) {
      boolean started = start(created);
      int status = linux.processes().waitFor(created.process()).shellStatus();
      created.container().delete(false);
      return started && status == 0;
    } catch (StartException e) {
      return false;
    }
  }

  private static boolean start(Created created) {
    try {
      created.container().start();
      return true;
    } catch (StartException e) {
      return false;
    }
  }

  @Override
  public void close() {
    nowhere.close();
  }
}
