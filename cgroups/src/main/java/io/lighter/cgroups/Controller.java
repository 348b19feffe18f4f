package io.lighter.cgroups;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The controllers of cgroup v2 that take limits.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#controllers">Control Group v2,
 *     Controllers</a>
 */
public enum Controller {
  CPU("cpu"),
  CPUSET("cpuset"),
  MEMORY("memory"),
  IO("blkio"),
  PIDS("pids"),
  HUGETLB("hugetlb"),
  RDMA("rdma"),
  MISC("misc");

  private final String nameInV1;
  private final String label = name().toLowerCase(Locale.ROOT);

  Controller(String nameInV1) {
    this.nameInV1 = nameInV1;
  }

  /** Returns the name in cgroup v1, which differs for one: {@code io} is {@code blkio} there. */
  String nameInV1() {
    return nameInV1;
  }

  /** Returns the controller of a name as in {@code cgroup.controllers}, or null. */
  static @Nullable Controller of(String name) {
    for (Controller controller : values()) {
      if (controller.label.equals(name)) {
        return controller;
      }
    }
    return null;
  }

  /** Returns the controllers that a line such as {@code cpu io memory perf_event} names. */
  static Set<Controller> parse(String line) {
    Set<Controller> controllers = EnumSet.noneOf(Controller.class);
    for (String name : line.strip().split(" ", -1)) {
      Controller controller = of(name);
      if (controller != null) {
        controllers.add(controller);
      }
    }
    return controllers;
  }

  /** Returns the name as in {@code cgroup.controllers}: {@code memory}. */
  @Override
  public String toString() {
    return label;
  }
}
