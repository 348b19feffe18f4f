package io.lighter.runtime;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.launch.LaunchInputs.IdMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The user namespaces by which mounts map ids, one for each mapping: making one takes a process.
 * Those that were used last are kept; a mount does not need its namespace's descriptor any more.
 *
 * <p>Safe for use by many threads.
 */
final class IdMapNamespaces implements AutoCloseable {
  /** A descriptor each; a host has few mappings, unless every container gets ids of its own. */
  private static final int MOST_KEPT = 64;

  private record Mapping(String uids, String gids) {}

  private final Linux linux;
  private final Map<Mapping, Fd> kept = new LinkedHashMap<>(16, 0.75f, true);

  IdMapNamespaces(Linux linux) {
    this.linux = linux;
  }

  /**
   * Maps the ids of a detached tree. One at a time: a descriptor must not be closed beside its use,
   * and neither call waits for anything.
   *
   * @throws io.lighter.linux.LinuxException EINVAL when the file system cannot do it
   */
  synchronized void map(Fd tree, IdMap ids) {
    Mapping mapping = new Mapping(ids.uids(), ids.gids());
    Fd namespace = kept.get(mapping);
    if (namespace == null) {
      namespace = linux.userNamespaces().create(ids.uids(), ids.gids());
      kept.put(mapping, namespace);
      dropEldest();
    }
    linux.mounts().mapIds(tree, ids.recursive() ? Fcntl.AT_RECURSIVE : 0, namespace);
  }

  private void dropEldest() {
    if (kept.size() > MOST_KEPT) {
      Mapping eldest = kept.keySet().iterator().next();
      Fd namespace = kept.remove(eldest);
      if (namespace != null) {
        namespace.close();
      }
    }
  }

  synchronized int size() {
    return kept.size();
  }

  @Override
  public synchronized void close() {
    kept.values().forEach(Fd::close);
    kept.clear();
  }
}
