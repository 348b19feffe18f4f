package io.lighter.runtime.spec;

import org.jspecify.annotations.Nullable;

/**
 * A rule of device access ({@code LinuxDeviceCgroup} among the Go types).
 *
 * @param allow whether access is granted or denied
 * @param type kind of device
 * @param major major number; absent means all
 * @param minor minor number; absent means all
 * @param access some of {@code r}, {@code w} and {@code m} (mknod)
 */
public record DeviceRule(
    boolean allow,
    DeviceRuleType type,
    @Nullable Long major,
    @Nullable Long minor,
    @Nullable String access) {
  public DeviceRule {
    if (major != null) {
      Range.checkUint32("major", major);
    }
    if (minor != null) {
      Range.checkUint32("minor", minor);
    }
  }
}
