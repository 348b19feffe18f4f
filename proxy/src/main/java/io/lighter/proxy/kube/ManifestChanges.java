package io.lighter.proxy.kube;

import java.util.List;
import java.util.Map;

/**
 * What files of objects have become.
 *
 * @param put objects that are new or may have changed
 * @param removed objects that are gone, of which only kind and name are known
 * @param whole whether {@code put} is all that there is
 */
public record ManifestChanges(List<Map<?, ?>> put, List<Map<?, ?>> removed, boolean whole) {
  /** Copies the lists. */
  public ManifestChanges {
    put = List.copyOf(put);
    removed = List.copyOf(removed);
  }
}
