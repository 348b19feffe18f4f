package io.lighter.runtime.lifecycle;

import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.runtime.ContainerPlace;
import io.lighter.runtime.RestoreLaunch;
import io.lighter.runtime.StartException;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecValidation;
import io.lighter.runtime.spec.SpecWriter;
import io.lighter.runtime.systemd.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The making of a container from images, with the books that are kept of it. */
record Restoration(
    ContainerStore store, Linux linux, String id, Bundle bundle, RestoreOptions options) {

  Restored carryOut(String cgroup, @Nullable Scope scope) {
    Spec spec = bundle.spec();
    SpecValidation.check(spec);
    Path folder = store.makeFolder(id);
    ContainerPlace place = new ContainerPlace(id, bundle.directory(), folder, cgroup, scope);
    StoredContainer container = new StoredContainer(store, linux, id, folder);
    RestoreLaunch.Restored made;
    try {
      // CRIU makes no keyrings.
      StateFile state = StateFile.before(bundle, cgroup, false, scope);
      // As it is: the time namespace that CRIU adds is not in it, and no further process joins it.
      DurableFile.replace(folder.resolve(StoredContainer.CONFIG), SpecWriter.toJson(spec));
      state.write(folder.resolve(StoredContainer.STATE));
      made =
          store
              .launch()
              .restores()
              .restore(
                  spec,
                  bundle.rootfs(),
                  place,
                  options.how(),
                  pid -> write(state.withProcess(pid, ProcessTime.of(pid)), folder));
    } catch (IOException e) {
      container.discard(e, null);
      throw new UncheckedIOException("the state of " + id + " cannot be written", e);
    } catch (RuntimeException e) {
      container.discard(e, null);
      throw e;
    }
    Restored restored = new Restored(container, made.process(), made.terminal());
    poststart(spec, place, restored);
    return restored;
  }

  private void write(StateFile state, Path folder) {
    try {
      state.write(folder.resolve(StoredContainer.STATE));
    } catch (IOException e) {
      throw new UncheckedIOException("the state of " + id + " cannot be written", e);
    }
  }

  private void poststart(Spec spec, ContainerPlace place, Restored restored) {
    try {
      store.launch().poststart(spec, place, restored.process().pid());
    } catch (StartException e) {
      linux.processes().signal(restored.process(), Signals.SIGKILL);
      restored.close();
      throw e;
    }
  }
}
