package io.lighter.runtime;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/** Names that nobody else has. */
public final class ContainerId {
  private static final int BYTES = 32;

  private ContainerId() {}

  /**
   * Returns 64 hexadecimal digits from the kernel's random numbers, as Docker's ids are. Read
   * directly, because loading Java's security providers takes longer than a container's start.
   */
  public static String random() {
    try (FileInputStream random = new FileInputStream("/dev/urandom")) {
      return HexFormat.of().formatHex(random.readNBytes(BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException("/dev/urandom cannot be read", e);
    }
  }
}
