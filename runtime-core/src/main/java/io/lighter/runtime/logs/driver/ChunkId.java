package io.lighter.runtime.logs.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** Ids of chunks as Docker's library makes them: the second and a random number in Base64. */
final class ChunkId {
  private ChunkId() {}

  static String next(long seconds) {
    ByteBuffer id = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    id.putLong(seconds).putLong(ThreadLocalRandom.current().nextLong());
    return Base64.getEncoder().encodeToString(id.array());
  }
}
