package io.lighter.proxy.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What the two sides of a connection do, by chance but the same for the same seed.
 *
 * @param orderly no side resets
 * @param exact a side that resets waits until all it sent has arrived, so that what the other sees
 *     is no matter of chance
 */
public record Schedule(Side client, Side server, boolean orderly, boolean exact) {
  /**
   * One side.
   *
   * @param stream which bytes it sends
   * @param steps bytes to send, or below zero microseconds to wait
   * @param resets at the end, in place of ending its stream
   * @param readSize how many bytes it reads at once
   * @param readPause microseconds that it waits after each read
   */
  public record Side(
      long stream, List<Integer> steps, boolean resets, int readSize, int readPause) {
    /** Returns how many bytes it sends. */
    public long length() {
      return steps.stream().filter(step -> step > 0).mapToLong(step -> step).sum();
    }
  }

  /** Makes one by chance. */
  public static Schedule of(RandomGenerator random, boolean mayReset) {
    boolean resets = mayReset && random.nextInt(3) == 0;
    boolean byClient = random.nextBoolean();
    return new Schedule(
        side(random, resets && byClient),
        side(random, resets && !byClient),
        !resets,
        random.nextBoolean());
  }

  private static Side side(RandomGenerator random, boolean resets) {
    List<Integer> steps = new ArrayList<>();
    int count = random.nextInt(8);
    for (int i = 0; i < count; i++) {
      steps.add(
          switch (random.nextInt(8)) {
            case 0, 1 -> -random.nextInt(2_000) - 1;
            case 2, 3 -> 1 + random.nextInt(20);
            case 4, 5 -> 1 + random.nextInt(20_000);
            case 6 -> 1 + random.nextInt(200_000);
            default -> 1 + random.nextInt(2_000_000);
          });
    }
    int readSize = random.nextInt(4) == 0 ? 1 + random.nextInt(4_000) : 1 << 16;
    int readPause = random.nextInt(3) == 0 ? 1 + random.nextInt(200) : 0;
    return new Side(
        random.nextLong(),
        steps,
        resets,
        readPause > 0 ? Math.max(readSize, 2_000) : readSize,
        readPause);
  }
}
