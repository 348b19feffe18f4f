package io.lighter.runtime.network;

import java.nio.charset.StandardCharsets;

/** What the kernel takes for the name of a network device: {@code dev_valid_name()}. */
final class DeviceName {
  /** IFNAMSIZ without the NUL. */
  private static final int LONGEST = 15;

  private static final String PATTERN = "%d";

  private DeviceName() {}

  /** Returns whether the kernel makes a free name of it, such as {@code eth0} of {@code eth%d}. */
  static boolean isPattern(String name) {
    return name.contains(PATTERN);
  }

  static boolean isValid(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length > LONGEST || name.equals(".") || name.equals("..")) {
      return false;
    }
    for (byte b : bytes) {
      if (b == '/' || b == ':' || b == 0 || isSpace(b)) {
        return false;
      }
    }
    // One %d and no other percent sign: __dev_alloc_name().
    int percent = name.indexOf('%');
    return percent < 0 || (percent == name.lastIndexOf('%') && isPattern(name));
  }

  /** isspace() of the kernel, whose characters are those of Latin-1. */
  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r') || b == (byte) 0xA0;
  }
}
