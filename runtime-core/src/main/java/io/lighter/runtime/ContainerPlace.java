package io.lighter.runtime;

import io.lighter.runtime.systemd.Scope;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where one container of a store lives.
 *
 * @param id its name
 * @param bundle the folder of its configuration
 * @param folder its state's, which also holds the pipes by which it is started
 * @param cgroup the absolute path of its cgroup, which is made with it
 * @param scope what systemd makes that cgroup as; null when it is made in the tree itself
 */
public record ContainerPlace(
    String id, Path bundle, Path folder, String cgroup, @Nullable Scope scope) {

  /** A place whose cgroup is made in the tree itself, or is there already. */
  public ContainerPlace(String id, Path bundle, Path folder, String cgroup) {
    this(id, bundle, folder, cgroup, null);
  }

  /** Returns the path of the cgroup in which the container's lies; {@code /} is the topmost. */
  public String parentCgroup() {
    int slash = cgroup.lastIndexOf('/');
    return slash == 0 ? "/" : cgroup.substring(0, slash);
  }
}
