package io.lighter.proxy.kube;

import io.lighter.proxy.service.Service;
import java.util.List;

/**
 * What objects did to the table of services. To be applied as a whole, since an address may go from
 * one service to another.
 *
 * @param changed services that are new or other than before, by their names
 * @param removed names of those that are no longer there
 * @param warnings what is newly passed over, and why; the rest of its object holds
 * @param errors of objects that were refused; for each of them all is as it was before
 */
public record Differences(
    List<Service> changed, List<String> removed, List<String> warnings, List<String> errors) {
  /** Nothing happened. */
  public static final Differences NONE =
      new Differences(List.of(), List.of(), List.of(), List.of());

  /** Keeps them from changing. */
  public Differences {
    changed = List.copyOf(changed);
    removed = List.copyOf(removed);
    warnings = List.copyOf(warnings);
    errors = List.copyOf(errors);
  }

  /** Returns whether the table is as it was. */
  public boolean isEmpty() {
    return changed.isEmpty() && removed.isEmpty();
  }
}
