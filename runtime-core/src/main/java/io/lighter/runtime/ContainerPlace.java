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
 * @param cgroup the absolute path of its cgroup, which is made with it; null for one that has none
 * @param scope what systemd makes that cgroup as; null when it is made in the tree itself
 */
public record ContainerPlace(
    String id, Path bundle, Path folder, @Nullable String cgroup, @Nullable Scope scope) {

  /** A place whose cgroup, if there is one, is made in the tree itself, or is there already. */
  public ContainerPlace(String id, Path bundle, Path folder, @Nullable String cgroup) {
    this(id, bundle, folder, cgroup, null);
  }

  /** Returns the path of the cgroup in which another lies; {@code /} is the topmost. */
  public static String above(String cgroup) {
    int slash = cgroup.lastIndexOf('/');
    return slash == 0 ? "/" : cgroup.substring(0, slash);
  }
}
