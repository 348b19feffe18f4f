package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Intel Resource Director Technology, by the {@code resctrl} file system.
 *
 * @param closId class of service; absent means the container's id, {@code /} the default class
 * @param schemata lines for the file {@code schemata}, written after the two other schemas
 * @param l3CacheSchema L3 cache bit masks, {@code L3:...}
 * @param memBwSchema memory bandwidth, {@code MB:...}
 * @param enableMonitoring whether to make a monitoring group for the container
 */
public record IntelRdt(
    @Nullable String closId,
    List<String> schemata,
    @Nullable String l3CacheSchema,
    @Nullable String memBwSchema,
    boolean enableMonitoring) {
  public IntelRdt {
    schemata = List.copyOf(schemata);
  }
}
