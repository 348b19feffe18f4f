package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotOrderTest {

  @Test
  void shouldGiveEachOneSlotWhereWeightsAreEqual() {
    assertThat(turns(7, 7, 7)).containsExactly(0, 1, 2);
    assertThat(turns()).isEmpty();
  }

  @Test
  void shouldSpreadWeightsEvenly() {
    assertThat(turns(30, 10)).containsExactly(0, 0, 1, 0);
    assertThat(turns(5, 1, 1)).containsExactly(0, 0, 1, 0, 2, 0, 0);
  }

  @Test
  void shouldLeaveOutWhoTakesNobody() {
    List<Endpoint> endpoints =
        List.of(endpoint(1, 0, false), endpoint(2, 3, true), endpoint(3, 9, false));
    assertThat(SlotOrder.of(Balancing.RANDOM, endpoints, 0)).containsExactly(2);
    assertThat(SlotOrder.of(Balancing.MAGLEV, endpoints.subList(0, 2), 0)).isEmpty();
  }

  @Test
  void shouldRoundSharesThatAreTooFine() {
    int[] order = turns(65_535, 65_534, 1);
    assertThat(order.length).isBetween(SlotOrder.LONGEST, SlotOrder.LONGEST + 3);
    assertThat(IntStream.of(order).filter(i -> i == 2).count()).isEqualTo(1);
    long first = IntStream.of(order).filter(i -> i == 0).count();
    assertThat(first).isBetween(2_047L, 2_049L);
  }

  @Test
  void shouldUseMaglevsTableAndNeverASmallerOne() {
    List<Endpoint> endpoints = List.of(endpoint(1, 1, false), endpoint(2, 1, false));
    int[] order = SlotOrder.of(Balancing.MAGLEV, endpoints, 0);
    assertThat(order).hasSize(1_021);
    assertThat(SlotOrder.of(Balancing.MAGLEV, endpoints, 16_381)).hasSize(16_381);
    long first = IntStream.of(order).filter(i -> i == 0).count();
    assertThat(first).isBetween(450L, 570L);
  }

  private static int[] turns(int... weights) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      endpoints.add(endpoint(i + 1, weights[i], false));
    }
    return SlotOrder.of(Balancing.ROUND_ROBIN, endpoints, 0);
  }

  private static Endpoint endpoint(int number, int weight, boolean draining) {
    InetAddress address = InetAddress.ofLiteral("10.0.0." + number);
    return new Endpoint(new InetSocketAddress(address, 80), weight, draining);
  }
}
