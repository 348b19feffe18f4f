package io.lighter.cgroups;

import java.util.List;

/** A group of statistics that are read together; each keeps its files open. */
public enum StatisticsPart {
  /** {@code cpu.stat}. The times are there without the controller cpu, too. */
  CPU("cpu.stat"),
  /** {@code memory.current}, {@code memory.peak} (Linux 5.19) and {@code memory.swap.current}. */
  MEMORY("memory.current", "memory.peak", "memory.swap.current"),
  /** {@code memory.stat}: by far the dearest file. */
  MEMORY_DETAIL("memory.stat"),
  /** {@code memory.events}. */
  MEMORY_EVENTS("memory.events"),
  /** {@code io.stat}. */
  IO("io.stat"),
  /** {@code pids.current} and {@code pids.peak} (Linux 6.1). */
  PIDS("pids.current", "pids.peak"),
  /** {@code cpu.pressure}, {@code memory.pressure} and {@code io.pressure}. */
  PRESSURE("cpu.pressure", "memory.pressure", "io.pressure");

  // A list made by List.of, of strings.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> files;

  StatisticsPart(String... files) {
    this.files = List.of(files);
  }

  List<String> files() {
    return files;
  }
}
