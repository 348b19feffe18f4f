package io.lighter.proxy.ebpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.lighter.linux.BpfHook;
import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMapLayout;
import io.lighter.linux.BpfProgram;
import io.lighter.linux.KernelVersion;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.SharedMemory;
import io.lighter.linux.VerifierException;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a balancer that lets connections within the machine skip TCP. It is there from the
 * first service on that asks for it.
 *
 * <p>Sockets keep their program and the maps as long as they are connected, whatever becomes of
 * this: then they run out of credit, and TCP goes on. Not thread-safe.
 */
final class Turbo implements AutoCloseable {
  /** From when on the kernel counts what was redirected to a socket and nobody has read. */
  private static final KernelVersion COUNTING = new KernelVersion(6, 13);

  private static final String PROGRAM = Layout.PROGRAM_PREFIX + "shortcut";
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final Linux linux;
  private final ClientNamespaces namespaces;
  private final Capacity capacity;

  /** Those of an earlier process, and later our own. */
  private final Map<String, BpfMap> maps = new HashMap<>();

  private @Nullable TurboWatchdog watchdog;
  private @Nullable SharedMemory counts;
  private @Nullable String obstacle;

  Turbo(Linux linux, ClientNamespaces namespaces, Capacity capacity) {
    this.linux = linux;
    this.namespaces = namespaces;
    this.capacity = capacity;
  }

  /**
   * Takes those of its maps that an earlier process left, which are removed from what was found.
   */
  void adopt(Map<String, BpfMap> found) {
    for (BpfMapLayout layout : TurboLayout.maps(capacity)) {
      BpfMap map = found.remove(layout.name());
      if (map != null) {
        maps.put(layout.name(), map);
      }
    }
  }

  /**
   * Serves services that ask for it, when the first of them comes.
   *
   * @param tables of the balancer
   * @param installation with the other programs in place
   */
  void start(Tables tables, Installation installation) {
    if (watchdog != null || obstacle != null) {
      return;
    }
    boolean done = false;
    try {
      if (!linux.uname().kernelVersion().isAtLeast(COUNTING)) {
        obstacle = "it needs Linux " + COUNTING + ", which knows what a connection has not read";
        return;
      }
      openMaps();
      attachShortcut();
      counts = linux.bpfMaps().map(map(TurboLayout.COUNTS));
      watchdog = TurboWatchdog.start(linux, namespaces, maps);
      Map<String, BpfMap> all = new HashMap<>(tables.maps());
      all.putAll(maps);
      installation.installPairing(all);
      done = true;
    } catch (LinuxException | VerifierException e) {
      obstacle = "this kernel does not let us: " + e.getMessage();
    } finally {
      if (!done) {
        stop();
      }
    }
  }

  /** What an earlier process left is another's, or ours as a whole. */
  private void openMaps() {
    for (BpfMapLayout layout : TurboLayout.maps(capacity)) {
      BpfMap map = maps.get(layout.name());
      if (map == null || !map.layout().equals(layout)) {
        closeMaps();
        break;
      }
    }
    if (maps.isEmpty()) {
      for (BpfMapLayout layout : TurboLayout.maps(capacity)) {
        maps.put(layout.name(), linux.bpfMaps().create(layout));
      }
    }
  }

  private void attachShortcut() {
    try (BpfProgram program =
        linux.bpf().load(ShortcutProgram.write(), BpfHook.SK_MSG_VERDICT, PROGRAM, maps)) {
      linux.bpf().attachTo(map(TurboLayout.SOCKETS), program);
    }
  }

  private BpfMap map(String name) {
    BpfMap map = maps.get(name);
    if (map == null) {
      throw new IllegalStateException("there is no map " + name);
    }
    return map;
  }

  boolean isOn() {
    return watchdog != null;
  }

  /** Returns why it is not there though a service asks for it; null when it is. */
  @Nullable String obstacle() {
    return obstacle;
  }

  TurboStatistics statistics() {
    SharedMemory shared = counts;
    return shared == null
        ? TurboStatistics.NONE
        : new TurboStatistics(
            count(shared, TurboLayout.COUNT_PAIRED), count(shared, TurboLayout.COUNT_GIVEN_BACK));
  }

  private static long count(SharedMemory counts, int index) {
    return (long) LONG.getOpaque(counts.memory(), (long) index * Long.BYTES);
  }

  private void stop() {
    if (watchdog != null) {
      watchdog.close();
      watchdog = null;
    }
    if (counts != null) {
      counts.close();
      counts = null;
    }
    closeMaps();
  }

  private void closeMaps() {
    maps.values().forEach(BpfMap::close);
    maps.clear();
  }

  /** Ends the watchdog. No more connections skip TCP than those that do, and these not for long. */
  @Override
  public void close() {
    stop();
  }
}
