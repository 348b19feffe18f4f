package io.lighter.images.build;

import java.io.IOException;

/** Where a secret comes from. It is read when a command needs it. */
@FunctionalInterface
public interface SecretSource {
  /** Returns the bytes, at most 500 KiB. */
  byte[] read() throws IOException;
}
