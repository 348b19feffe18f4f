package io.lighter.runtime.logs.driver;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids of Docker's kind: 32 random bytes as 64 hexadecimal digits. Thread-safe. */
final class RandomId {
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomId() {}

  static String next() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
