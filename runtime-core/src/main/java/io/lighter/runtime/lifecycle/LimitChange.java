package io.lighter.runtime.lifecycle;

import io.lighter.runtime.resources.ResourceUpdate;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A change of a container's limits: in its cgroup, and then in its stored configuration, so that
 * whoever reads that later knows what holds.
 *
 * @param folder the container's state
 * @param cgroup where its processes are
 */
record LimitChange(Path folder, ContainerCgroup cgroup) {

  /**
   * Carries a change out. Several at once come one after the other.
   *
   * @param change what is null or absent stays as it is
   * @param config reads the configuration
   */
  void carryOut(Resources change, Supplier<Spec> config) {
    try (FolderLock _ = FolderLock.awaitForUpdate(folder)) {
      cgroup.limit(change);
      Spec spec = config.get();
      Resources had = spec.linuxOrEmpty().resources();
      Resources now = ResourceUpdate.merged(had == null ? Resources.NONE : had, change);
      Spec changed = spec.with(s -> s.linux = spec.linuxOrEmpty().with(l -> l.resources = now));
      DurableFile.replace(folder.resolve(StoredContainer.CONFIG), SpecWriter.toJson(changed));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the limits of "
              + folder.getFileName()
              + " have been changed, but its stored configuration has not: "
              + e.getMessage(),
          e);
    }
  }
}
