package io.lighter.proxy.kube;

import io.lighter.proxy.service.ServiceChanges;
import java.util.List;

/**
 * What objects did.
 *
 * @param changes of the services
 * @param warnings what is newly passed over, and why; the rest of its object holds
 * @param errors of objects that were refused; for each of them all is as it was before
 */
public record Differences(ServiceChanges changes, List<String> warnings, List<String> errors) {
  /** Nothing happened. */
  public static final Differences NONE = new Differences(ServiceChanges.NONE, List.of(), List.of());

  /** Keeps them from changing. */
  public Differences {
    warnings = List.copyOf(warnings);
    errors = List.copyOf(errors);
  }
}
