package io.lighter.runtime;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where one container of a store lives.
 *
 * @param id its name
 * @param bundle the folder of its configuration
 * @param folder its state's, which also holds the pipes by which it is started
 * @param cgroup the absolute path of its cgroup, which is made with it; null for one that has none
 */
public record ContainerPlace(String id, Path bundle, Path folder, @Nullable String cgroup) {

  /** Returns the path of the cgroup in which another lies; {@code /} is the topmost. */
  public static String above(String cgroup) {
    int slash = cgroup.lastIndexOf('/');
    return slash == 0 ? "/" : cgroup.substring(0, slash);
  }
}
