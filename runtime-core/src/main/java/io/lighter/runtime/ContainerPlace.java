package io.lighter.runtime;

import java.nio.file.Path;

/**
 * Where one container of a store lives.
 *
 * @param id its name
 * @param bundle the folder of its configuration
 * @param folder its state's, which also holds the pipes by which it is started
 * @param cgroup the absolute path of its cgroup, which is made with it
 */
public record ContainerPlace(String id, Path bundle, Path folder, String cgroup) {

  /** Returns the path of the cgroup in which the container's lies; {@code /} is the topmost. */
  public String parentCgroup() {
    int slash = cgroup.lastIndexOf('/');
    return slash == 0 ? "/" : cgroup.substring(0, slash);
  }
}
