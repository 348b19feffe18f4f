package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;

/**
 * A device that was asked for: {@code --device host[:container[:access]]}.
 *
 * @param hostPath absolute path on the host, a device or a folder of them
 * @param containerPath absolute path in the container
 * @param access some of {@code r}, {@code w} and {@code m} (mknod)
 */
public record DeviceRequest(String hostPath, String containerPath, String access) {
  private static final String ALL = "rwm";

  static DeviceRequest parse(String text) {
    String[] fields = text.split(":", -1);
    if (fields.length > 3 || fields[0].isEmpty()) {
      throw new InvalidValueException("bad format for path: " + text);
    }
    if (isCdiName(fields[0])) {
      throw new InvalidValueException("CDI devices are not supported yet: name the device's path");
    }
    String host = absolute(fields[0]);
    if (fields.length == 1) {
      return new DeviceRequest(host, host, ALL);
    }
    if (fields.length == 2) {
      return isAccess(fields[1])
          ? new DeviceRequest(host, host, fields[1])
          : new DeviceRequest(host, absolute(fields[1]), ALL);
    }
    if (!isAccess(fields[2])) {
      throw new InvalidValueException("bad mode specified: " + fields[2]);
    }
    return new DeviceRequest(host, absolute(fields[1]), fields[2]);
  }

  private static String absolute(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      throw new InvalidValueException(path + " is not an absolute path");
    }
    String clean = ContainerPath.clean(path);
    if (clean.equals("/")) {
      throw new InvalidValueException(path + " is not the path of a device");
    }
    return clean;
  }

  private static boolean isCdiName(String text) {
    return text.charAt(0) != '/' && text.charAt(0) != '.' && text.indexOf('=') > 0;
  }

  private static boolean isAccess(String text) {
    int seen = 0;
    for (int i = 0; i < text.length(); i++) {
      int bit = 1 << ALL.indexOf(text.charAt(i));
      if (ALL.indexOf(text.charAt(i)) < 0 || (seen & bit) != 0) {
        return false;
      }
      seen |= bit;
    }
    return seen != 0;
  }
}
