package io.lighter.runtime.spec;

import java.util.List;

/**
 * Programs that run at points of the life cycle (config.md, "POSIX-platform Hooks"), in the order
 * of the lists.
 *
 * @param prestart deprecated by the specification; in the runtime's namespaces, before {@code
 *     createRuntime}
 * @param createRuntime in the runtime's namespaces, after the namespaces are made and before
 *     pivot_root
 * @param createContainer path resolved in the runtime's namespaces, run in the container's, before
 *     pivot_root
 * @param startContainer in the container, just before the program
 * @param poststart in the runtime's namespaces, after the program has started
 * @param poststop in the runtime's namespaces, after the container is deleted
 */
public record Hooks(
    List<Hook> prestart,
    List<Hook> createRuntime,
    List<Hook> createContainer,
    List<Hook> startContainer,
    List<Hook> poststart,
    List<Hook> poststop) {

  /** No hooks. */
  public static final Hooks NONE =
      new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  public Hooks {
    prestart = List.copyOf(prestart);
    createRuntime = List.copyOf(createRuntime);
    createContainer = List.copyOf(createContainer);
    startContainer = List.copyOf(startContainer);
    poststart = List.copyOf(poststart);
    poststop = List.copyOf(poststop);
  }

  /** Whether there is no hook of any kind. */
  public boolean isEmpty() {
    return equals(NONE);
  }
}
