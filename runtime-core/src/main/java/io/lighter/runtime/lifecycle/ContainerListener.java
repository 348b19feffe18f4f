package io.lighter.runtime.lifecycle;

/** Who is told the events of a {@link ContainerWatcher}. */
@FunctionalInterface
public interface ContainerListener {
  /** Is told one event, on the thread that polls. Must not block: no other is told meanwhile. */
  void told(ContainerEvent event);
}
