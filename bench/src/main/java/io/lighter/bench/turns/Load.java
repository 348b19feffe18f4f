package io.lighter.bench.start;

/**
 * How starts are asked for.
 *
 * @param name the key in the data and in the page
 * @param atOnce how many are due at the same instant; the next burst is due when the last start of
 *     this one is cleaned up
 * @param starts how many a round
 * @param warmUp how many more at the beginning of a round that are not counted; whole bursts
 * @param stamped whether the payload reports its first instruction
 */
public record Load(String name, int atOnce, int starts, int warmUp, boolean stamped) {

  public Load {
    if (atOnce < 1 || starts < 1 || warmUp < 0 || starts % atOnce != 0 || warmUp % atOnce != 0) {
      throw new IllegalArgumentException(
          name + ": " + starts + " starts and " + warmUp + " warm-ups are not bursts of " + atOnce);
    }
  }

  /** Warm-up and counted starts together. */
  public int total() {
    return warmUp + starts;
  }
}
