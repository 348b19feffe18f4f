package io.lighter.runtime.spec;

/**
 * I/O rate of one block device.
 *
 * @param rate bytes or operations a second, unsigned
 */
public record ThrottleDevice(long major, long minor, long rate) {
  public ThrottleDevice {
    Range.checkUint32("major", major);
    Range.checkUint32("minor", minor);
  }
}
