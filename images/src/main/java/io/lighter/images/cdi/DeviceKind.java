package io.lighter.images.cdi;

import io.lighter.images.ImageException;
import java.util.regex.Pattern;

/**
 * The kind of a device: {@code vendor.com/class}.
 *
 * @param text both parts
 */
record DeviceKind(String text) {
  private static final Pattern VENDOR = Pattern.compile("[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?");
  private static final Pattern CLASS = Pattern.compile("[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?");
  private static final Pattern DEVICE =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_.:-]*[A-Za-z0-9])?");

  /**
   * Checks the parts.
   *
   * @throws ImageException says which is wrong
   */
  DeviceKind {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new ImageException(
          "\"" + text + "\" is no kind of device; write VENDOR/CLASS, such as vendor.com/gpu");
    }
    String vendor = text.substring(0, slash);
    String kind = text.substring(slash + 1);
    if (!VENDOR.matcher(vendor).matches()) {
      throw new ImageException("\"" + vendor + "\" in " + text + " is no name of a vendor");
    }
    if (!CLASS.matcher(kind).matches()) {
      throw new ImageException("\"" + kind + "\" in " + text + " is no class of devices");
    }
  }

  /**
   * Checks the name of a device.
   *
   * @throws ImageException when it is none
   */
  static String checkDevice(String name) {
    if (!DEVICE.matcher(name).matches()) {
      throw new ImageException("\"" + name + "\" is no name of a device");
    }
    return name;
  }
}
