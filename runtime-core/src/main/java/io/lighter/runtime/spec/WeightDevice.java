package io.lighter.runtime.spec;

import org.jspecify.annotations.Nullable;

/** I/O weight of one block device; at least one of the two weights, 10 to 1000, is set. */
public record WeightDevice(
    long major, long minor, @Nullable Integer weight, @Nullable Integer leafWeight) {
  public WeightDevice {
    Range.checkUint32("major", major);
    Range.checkUint32("minor", minor);
  }
}
