package io.lighter.bench.start;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Whose turn it is: every round has every subject under every load once, in an order that is drawn
 * anew each round, so that drift of the machine meets all subjects alike. The same seed gives the
 * same order.
 */
public record Schedule(int rounds, long seed) {

  /**
   * One turn of one subject.
   *
   * @param round from 0
   * @param subject index of the subject
   * @param load index of the load
   */
  public record Turn(int round, int subject, int load) {}

  public Schedule {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds: " + rounds + " is less than 1");
    }
  }

  /** All turns in order. Within a round all subjects finish one load before the next one begins. */
  public List<Turn> turns(int subjects, int loads) {
    Random random = new Random(seed);
    List<Turn> turns = new ArrayList<>(rounds * subjects * loads);
    for (int round = 0; round < rounds; round++) {
      for (int load : shuffled(loads, random)) {
        for (int subject : shuffled(subjects, random)) {
          turns.add(new Turn(round, subject, load));
        }
      }
    }
    return turns;
  }

  private static List<Integer> shuffled(int count, Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(order, random);
    return order;
  }
}
