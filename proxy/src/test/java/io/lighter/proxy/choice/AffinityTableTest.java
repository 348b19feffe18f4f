package io.lighter.proxy.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AffinityTableTest {
  private static final int NONE = AffinityTable.NONE;

  @Test
  void shouldRememberAClientForATimeAfterItsLastConnection() {
    AffinityTable table = new AffinityTable(100, 64);
    assertThat(table.get(1, 2, 0)).isEqualTo(NONE);
    assertThat(table.capacity()).isZero();
    table.put(1, 2, 7, Long.MAX_VALUE - 50);
    assertThat(table.get(1, 2, Long.MAX_VALUE - 1)).isEqualTo(7);
    table.put(1, 2, 7, Long.MAX_VALUE);
    assertThat(table.get(1, 2, Long.MAX_VALUE + 99)).as("the clock went round").isEqualTo(7);
    assertThat(table.get(1, 2, Long.MAX_VALUE + 100)).isEqualTo(NONE);
    assertThat(table.get(2, 1, Long.MAX_VALUE)).isEqualTo(NONE);
    table.put(1, 2, 8, Long.MAX_VALUE + 200);
    assertThat(table.get(1, 2, Long.MAX_VALUE + 201)).isEqualTo(8);
  }

  @Test
  void shouldAgreeWithAMapWhenThereIsRoom() {
    AffinityTable table = new AffinityTable(1_000, 1 << 20);
    Map<Long, Integer> endpoints = new HashMap<>();
    Map<Long, Long> times = new HashMap<>();
    Random random = new Random(3);
    for (long now = 0; now < 200_000; now++) {
      long client = random.nextInt(2_000);
      boolean known = now - times.getOrDefault(client, -1_000L) < 1_000;
      assertThat(table.get(0, client, now))
          .isEqualTo(known ? endpoints.getOrDefault(client, NONE) : NONE);
      if (random.nextInt(4) == 0) {
        int endpoint = random.nextInt(10);
        table.put(0, client, endpoint, now);
        endpoints.put(client, endpoint);
        times.put(client, now);
      }
    }
  }

  @Test
  void shouldForgetTheOldestWhenFullAndGrowNoMore() {
    AffinityTable table = new AffinityTable(1_000_000, 1_024);
    for (int client = 0; client < 100_000; client++) {
      table.put(client, -client, 1, client);
      assertThat(table.get(client, -client, client)).isEqualTo(1);
    }
    assertThat(table.capacity()).isEqualTo(1_024);
    int known = 0;
    for (int client = 90_000; client < 100_000; client++) {
      known += table.get(client, -client, 100_000) == 1 ? 1 : 0;
    }
    assertThat(known).isGreaterThan(900);
  }

  @Test
  void shouldRefuseABoundThatIsNoPowerOfTwo() {
    assertThatThrownBy(() -> new AffinityTable(1, 100)).hasMessageContaining("not 100");
  }
}
