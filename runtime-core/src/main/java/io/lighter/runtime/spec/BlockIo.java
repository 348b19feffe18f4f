package io.lighter.runtime.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits of block I/O.
 *
 * @param weight 10 to 1000
 * @param leafWeight weight against child cgroups, 10 to 1000; not in cgroup v2
 * @param weightDevice weights of devices
 * @param throttleReadBpsDevice bytes a second
 * @param throttleWriteBpsDevice bytes a second
 * @param throttleReadIopsDevice operations a second
 * @param throttleWriteIopsDevice operations a second
 */
public record BlockIo(
    @Nullable Integer weight,
    @Nullable Integer leafWeight,
    List<WeightDevice> weightDevice,
    List<ThrottleDevice> throttleReadBpsDevice,
    List<ThrottleDevice> throttleWriteBpsDevice,
    List<ThrottleDevice> throttleReadIopsDevice,
    List<ThrottleDevice> throttleWriteIopsDevice) {
  public BlockIo {
    weightDevice = List.copyOf(weightDevice);
    throttleReadBpsDevice = List.copyOf(throttleReadBpsDevice);
    throttleWriteBpsDevice = List.copyOf(throttleWriteBpsDevice);
    throttleReadIopsDevice = List.copyOf(throttleReadIopsDevice);
    throttleWriteIopsDevice = List.copyOf(throttleWriteIopsDevice);
  }
}
