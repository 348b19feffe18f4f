package io.lighter.runtime.lifecycle;

import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.Spec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The configurations of the containers that were entered last, as they were read: reading one takes
 * longer than all else of an exec.
 *
 * <p>But for its limits, which an exec does not need, a configuration never changes once the
 * container has a process, and that is known by its number and its birth; so one that another
 * process deletes and makes anew is not taken for it.
 *
 * <p>What is kept is small, some kilobytes, because system-call filters of the same content are one
 * object; which also spares the look for its compiled form.
 *
 * <p>Safe for use by many threads.
 */
final class Specifications {
  private static final int CAPACITY = 1024;
  private static final int FILTERS = 16;

  private record Key(String id, int pid, long startTime) {}

  private final Map<Key, Spec> known = new LastUsed<>(CAPACITY);
  private final Map<Seccomp, Seccomp> filters = new LastUsed<>(FILTERS);

  /** Forgets what was not used for the longest time. */
  private static final class LastUsed<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int capacity;

    LastUsed(int capacity) {
      super(16, 0.75f, true);
      this.capacity = capacity;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > capacity;
    }
  }

  /**
   * Returns the configuration of a container.
   *
   * @param reader reads it, where it is not known
   */
  Spec get(String id, StateFile state, Supplier<Spec> reader) {
    Key key = new Key(id, state.pid(), state.startTime());
    synchronized (this) {
      Spec spec = known.get(key);
      if (spec != null) {
        return spec;
      }
    }
    Spec read = reader.get();
    synchronized (this) {
      Spec kept = withKnownFilter(read);
      known.put(key, kept);
      return kept;
    }
  }

  private Spec withKnownFilter(Spec read) {
    Seccomp filter = read.linuxOrEmpty().seccomp();
    if (filter == null) {
      return read;
    }
    Seccomp same = filters.get(filter);
    if (same == null) {
      filters.put(filter, filter);
      return read;
    }
    return read.with(s -> s.linux = read.linuxOrEmpty().with(l -> l.seccomp = same));
  }

  /** Forgets a container that has been deleted. */
  synchronized void forget(String id, @Nullable StateFile state) {
    if (state != null) {
      known.remove(new Key(id, state.pid(), state.startTime()));
    }
  }
}
