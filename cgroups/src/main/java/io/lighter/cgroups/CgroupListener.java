package io.lighter.cgroups;

/** Who is told the events of a {@link CgroupWatcher}. */
@FunctionalInterface
public interface CgroupListener {
  /**
   * Is told one event, on the thread that asked the watcher. Must not block: no other event is told
   * meanwhile.
   */
  void told(CgroupWatch watch, CgroupEvent event);
}
