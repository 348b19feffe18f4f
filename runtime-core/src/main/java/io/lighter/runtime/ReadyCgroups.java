package io.lighter.runtime;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupPool;
import io.lighter.cgroups.Setting;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Cgroups that are made before a container needs one, on a thread of their own.
 *
 * <p>Safe for use by many threads.
 */
final class ReadyCgroups implements AutoCloseable {
  private final ExecutorService maker =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("lighter-cgroups").factory());
  private final CgroupPool pool;

  /**
   * Begins to make them.
   *
   * @param parent where they lie; it stays the caller's
   * @param capacity how many are kept ready, at least 1
   */
  ReadyCgroups(Cgroup parent, int capacity) {
    // Nothing is given back to the pool: a container's cgroup is gone when the container is.
    this.pool = new CgroupPool(parent, Set.of(), capacity, maker, failure -> {});
  }

  Cgroup take(Collection<Setting> settings) {
    return settings.isEmpty() ? pool.take() : pool.take(settings);
  }

  @Override
  public void close() {
    maker.close();
    pool.close();
  }
}
