package io.lighter.cli.running;

import io.lighter.linux.Linux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The containers whose figures somebody follows: those that were named, until each has ended, or
 * else all that run, also those that begin later. Not thread-safe.
 */
public final class WatchedContainers implements AutoCloseable {
  /** One of them, with its last two readings. */
  private static final class Watched {
    private final String asked;
    private final ContainerGauge gauge;
    private @Nullable ContainerFigures before;
    private @Nullable ContainerFigures now;

    Watched(String asked, ContainerGauge gauge) {
      this.asked = asked;
      this.gauge = gauge;
    }

    /** Returns false when the container has ended. */
    boolean look() throws IOException {
      before = now;
      now = gauge.read();
      return now != null;
    }
  }

  private final Linux linux;
  private final Path stateFolder;
  private final RunningContainers all;
  private final boolean named;
  private final Map<String, Watched> byId = new LinkedHashMap<>();

  private WatchedContainers(Linux linux, Path stateFolder, boolean named) {
    this.linux = linux;
    this.stateFolder = stateFolder;
    this.all = new RunningContainers(linux, stateFolder);
    this.named = named;
  }

  /**
   * Begins.
   *
   * @param names or first digits of ids; none for all that run
   * @throws io.lighter.images.ImageException when one of those does not run
   */
  public static WatchedContainers open(Linux linux, Path stateFolder, List<String> names)
      throws IOException {
    WatchedContainers watched = new WatchedContainers(linux, stateFolder, !names.isEmpty());
    try {
      for (String name : names) {
        watched.add(name, watched.all.find(name));
      }
      return watched;
    } catch (IOException | RuntimeException e) {
      watched.close();
      throw e;
    }
  }

  private void add(String asked, RunningContainer container) {
    if (!byId.containsKey(container.id())) {
      byId.put(
          container.id(), new Watched(asked, new ContainerGauge(linux, stateFolder, container)));
    }
  }

  /** Reads the figures of all of them. */
  public void look() throws IOException {
    if (!named) {
      for (RunningContainer container : all.list()) {
        add(container.id(), container);
      }
    }
    Iterator<Watched> each = byId.values().iterator();
    while (each.hasNext()) {
      Watched one = each.next();
      if (!one.look()) {
        one.gauge.close();
        each.remove();
      }
    }
  }

  /** Returns whether nothing more can come. */
  public boolean isOver() {
    return named && byId.isEmpty();
  }

  /**
   * Returns a line for each, see {@link StatisticsRow}.
   *
   * @param full whether ids are to be whole
   */
  public List<Map<String, Object>> rows(boolean full) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Watched one : byId.values()) {
      if (one.now != null) {
        ContainerFigures before = one.before == null ? one.now : one.before;
        rows.add(StatisticsRow.of(one.asked, one.gauge.container(), before, one.now, full));
      }
    }
    return rows;
  }

  @Override
  public void close() {
    byId.values().forEach(one -> one.gauge.close());
    byId.clear();
  }
}
