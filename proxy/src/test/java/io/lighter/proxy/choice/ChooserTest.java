package io.lighter.proxy.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Endpoint;
import java.net.InetSocketAddress;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChooserTest {
  private static final class Fixed implements Candidates {
    private final int[] weights;
    private final int[] connections;

    Fixed(int... weights) {
      this.weights = weights;
      this.connections = new int[weights.length];
    }

    @Override
    public int count() {
      return weights.length;
    }

    @Override
    public int weight(int endpoint) {
      return weights[endpoint];
    }

    @Override
    public int connections(int endpoint) {
      return connections[endpoint];
    }
  }

  private static Chooser chooser(Balancing balancing, int... weights) {
    MaglevTable table =
        MaglevTable.of(
            IntStream.range(0, weights.length)
                .mapToObj(
                    i -> new Endpoint(new InetSocketAddress("10.0.0.1", 1 + i), weights[i], false))
                .toList());
    return Chooser.of(balancing, weights.length, table, 42);
  }

  private static int[] choices(Chooser chooser, Fixed candidates, int connections) {
    int[] counts = new int[candidates.count()];
    for (int i = 0; i < connections; i++) {
      int chosen = chooser.choose(candidates, AddressHash.ofClient(0, i));
      counts[chosen]++;
      candidates.connections[chosen]++;
    }
    return counts;
  }

  @ParameterizedTest
  @EnumSource(Balancing.class)
  void shouldHonourTheWeights(Balancing balancing) {
    int[] weights = {3, 0, 1, 6};
    int[] counts = choices(chooser(balancing, weights), new Fixed(weights), 100_000);
    for (int i = 0; i < weights.length; i++) {
      assertThat(counts[i] / 100_000.0).isCloseTo(weights[i] / 10.0, within(0.02));
    }
  }

  @ParameterizedTest
  @EnumSource(Balancing.class)
  void shouldNotChooseWhatMustNotBeChosen(Balancing balancing) {
    Chooser chooser = chooser(balancing, 1, 1, 1, 1);
    Fixed onlyOne = new Fixed(0, 0, 7, 0);
    assertThat(choices(chooser, onlyOne, 100)).containsExactly(0, 0, 100, 0);
    assertThat(chooser.choose(new Fixed(0, 0, 0, 0), 5)).isEqualTo(Chooser.NONE);
    assertThat(chooser(balancing).choose(new Fixed(), 5)).isEqualTo(Chooser.NONE);
  }

  @Test
  void shouldTakeTurnsWithoutRunsOfTheHeaviest() {
    Fixed candidates = new Fixed(5, 1, 1);
    Chooser chooser = chooser(Balancing.ROUND_ROBIN, 5, 1, 1);
    // The random beginning is over after some rounds.
    choices(chooser, candidates, 7_000);
    for (int round = 0; round < 10; round++) {
      assertThat(choices(chooser, candidates, 7)).containsExactly(5, 1, 1);
    }
    int run = 0;
    for (int i = 0; i < 70; i++) {
      run = chooser.choose(candidates, 0) == 0 ? run + 1 : 0;
      assertThat(run).isLessThanOrEqualTo(5);
    }
  }

  @Test
  void shouldFillUpTheOneWithTheFewest() {
    Fixed candidates = new Fixed(1, 1, 2);
    candidates.connections[0] = 10;
    candidates.connections[1] = 4;
    candidates.connections[2] = 20;
    choices(chooser(Balancing.LEAST_CONNECTIONS, 1, 1, 2), candidates, 6);
    assertThat(candidates.connections).containsExactly(10, 10, 20);
  }

  @Test
  void shouldRarelyGiveTheBusiestOneMoreWithTwoByChance() {
    Fixed candidates = new Fixed(1, 1, 1, 1);
    candidates.connections[1] = 1_000_000;
    int[] counts = choices(chooser(Balancing.RANDOM_TWO, 1, 1, 1, 1), candidates, 1_000);
    assertThat(counts[1]).isZero();
  }

  @Test
  void shouldKeepTheOtherClientsOfATableWhenOneFails() {
    Chooser chooser = chooser(Balancing.MAGLEV, 1, 1, 1, 1);
    for (int client = 0; client < 1_000; client++) {
      long hash = AddressHash.ofClient(7, client);
      int before = chooser.choose(new Fixed(1, 1, 1, 1), hash);
      int after = chooser.choose(new Fixed(1, 0, 1, 1), hash);
      assertThat(after).isNotEqualTo(1);
      if (before != 1) {
        assertThat(after).isEqualTo(before);
      }
    }
  }
}
