package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PlacesTest {

  @Test
  void shouldHandOutPlacesOneBehindTheOther() {
    Places places = new Places("slots", 10);
    places.occupy(4, 1);
    assertThat(places.take(3)).isEqualTo(new SlotRange(0, 3));
    assertThat(places.take(3)).isEqualTo(new SlotRange(5, 3));
    assertThat(places.take()).isEqualTo(8);
    assertThat(places.take()).isEqualTo(9);
    assertThat(places.take()).as("what was passed over").isEqualTo(3);
    assertThatThrownBy(places::take)
        .isInstanceOf(CapacityException.class)
        .hasMessage(
            "no room for more slots: the balancer was opened with 10; open it with more in its"
                + " Capacity");
  }

  @Test
  void shouldWaitBeforeAPlaceIsUsedAgain() {
    Places places = new Places("slots", 2);
    SlotRange both = places.take(2);
    long before = System.nanoTime();
    places.release(both);
    assertThat(places.inUse()).isEqualTo(2);
    assertThat(places.take(2)).isEqualTo(both);
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(Places.GRACE.toNanos());
  }
}
