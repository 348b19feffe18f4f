package io.lighter.runtime.spec;

import org.jspecify.annotations.Nullable;

/**
 * Limits of one RDMA device, uint32; at least one is set.
 *
 * @param hcaHandles handles
 * @param hcaObjects objects
 */
public record Rdma(@Nullable Long hcaHandles, @Nullable Long hcaObjects) {
  public Rdma {
    if (hcaHandles != null) {
      Range.checkUint32("hcaHandles", hcaHandles);
    }
    if (hcaObjects != null) {
      Range.checkUint32("hcaObjects", hcaObjects);
    }
  }
}
