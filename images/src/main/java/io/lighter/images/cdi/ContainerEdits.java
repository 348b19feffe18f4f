package io.lighter.images.cdi;

import io.lighter.runtime.spec.Mount;
import java.util.ArrayList;
import java.util.List;

/**
 * What changes in a container that gets a device.
 *
 * @param env further variables, as {@code NAME=value}
 * @param nodes device nodes
 * @param mounts of files of this machine, or of file systems
 * @param groups supplementary groups of the process
 * @param unsupported what else is asked for, such as {@code hooks}
 */
public record ContainerEdits(
    List<String> env,
    List<DeviceNode> nodes,
    List<Mount> mounts,
    List<Long> groups,
    List<String> unsupported) {
  /** Nothing changes. */
  public static final ContainerEdits NONE =
      new ContainerEdits(List.of(), List.of(), List.of(), List.of(), List.of());

  public ContainerEdits {
    env = List.copyOf(env);
    nodes = List.copyOf(nodes);
    mounts = List.copyOf(mounts);
    groups = List.copyOf(groups);
    unsupported = List.copyOf(unsupported);
  }

  /** Returns these and then others. */
  ContainerEdits and(ContainerEdits others) {
    return new ContainerEdits(
        joined(env, others.env),
        joined(nodes, others.nodes),
        joined(mounts, others.mounts),
        joined(groups, others.groups),
        joined(unsupported, others.unsupported));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    second.stream().filter(each -> !all.contains(each)).forEach(all::add);
    return all;
  }
}
