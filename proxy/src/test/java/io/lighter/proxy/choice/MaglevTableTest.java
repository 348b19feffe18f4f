package io.lighter.proxy.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lighter.proxy.service.Endpoint;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaglevTableTest {
  private static Endpoint endpoint(int number, int weight) {
    String ip = "10.1." + number / 250 + "." + (1 + number % 250);
    return new Endpoint(new InetSocketAddress(ip, 8080), weight, false);
  }

  private static List<Endpoint> endpoints(int count) {
    return IntStream.range(0, count).mapToObj(i -> endpoint(i, 1)).toList();
  }

  private static int[] entriesByEndpoint(MaglevTable table, int endpoints) {
    int[] counts = new int[endpoints];
    for (int i = 0; i < table.size(); i++) {
      counts[table.entry(i)]++;
    }
    return counts;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 11, 100, 163, 164, 655})
  void shouldGiveAllTheSameShare(int count) {
    MaglevTable table = MaglevTable.of(endpoints(count));
    assertThat(table.size()).isGreaterThanOrEqualTo(100 * Math.min(count, 655));
    for (int entries : entriesByEndpoint(table, count)) {
      assertThat((double) entries).isCloseTo((double) table.size() / count, within(1.0));
    }
  }

  @Test
  void shouldGiveAShareInProportionToTheWeight() {
    int[] weights = {1, 2, 5, 0, 100};
    List<Endpoint> endpoints =
        IntStream.range(0, weights.length).mapToObj(i -> endpoint(i, weights[i])).toList();
    MaglevTable table = MaglevTable.of(endpoints, MaglevTable.LARGEST);
    int[] counts = entriesByEndpoint(table, weights.length);
    for (int i = 0; i < weights.length; i++) {
      assertThat((double) counts[i] / table.size()).isCloseTo(weights[i] / 108.0, within(0.001));
    }
  }

  @Test
  void shouldSpreadClients() {
    MaglevTable table = MaglevTable.of(endpoints(10));
    int[] clients = new int[10];
    for (int i = 0; i < 100_000; i++) {
      clients[table.endpoint(AddressHash.ofClient(0, 0xffff_0a00_0000L + i))]++;
    }
    for (int count : clients) {
      assertThat(count).isBetween(9_000, 11_000);
    }
  }

  /** What the paper's figure 12 has: a few per cent move beside those that must. */
  @ParameterizedTest
  @ValueSource(ints = {5, 100, 600})
  void shouldMoveFewOtherClientsWhenAnEndpointGoes(int count) {
    List<Endpoint> before = endpoints(count);
    List<Endpoint> after = new ArrayList<>(before);
    Endpoint gone = after.remove(count / 2);
    MaglevTable old = MaglevTable.of(before);
    MaglevTable now = MaglevTable.of(after, old.size());
    int others = 0;
    int moved = 0;
    for (int i = 0; i < old.size(); i++) {
      Endpoint had = before.get(old.entry(i));
      if (!had.equals(gone)) {
        others++;
        moved += had.equals(after.get(now.entry(i))) ? 0 : 1;
      }
    }
    assertThat(moved).isLessThan(others / 20);
  }

  @Test
  void shouldNotMindTheOrder() {
    List<Endpoint> one = endpoints(20);
    List<Endpoint> other = new ArrayList<>(one);
    Collections.shuffle(other, new Random(1));
    MaglevTable first = MaglevTable.of(one);
    MaglevTable second = MaglevTable.of(other);
    for (int i = 0; i < first.size(); i++) {
      assertThat(one.get(first.entry(i))).isEqualTo(other.get(second.entry(i)));
    }
  }

  @Test
  void shouldHaveNoneWhenNobodyTakesClients() {
    assertThat(MaglevTable.of(List.of()).endpoint(7)).isEqualTo(MaglevTable.NONE);
    Endpoint draining = new Endpoint(new InetSocketAddress("10.0.0.1", 1), 1, true);
    assertThat(MaglevTable.of(List.of(draining, endpoint(1, 0))).size()).isZero();
    Endpoint path = new Endpoint(UnixDomainSocketAddress.of("/run/a.sock"));
    assertThat(MaglevTable.of(List.of(draining, path)).endpoint(-7)).isEqualTo(1);
  }

  @Test
  void shouldSayHowManyFit() {
    assertThatThrownBy(() -> MaglevTable.of(endpoints(MaglevTable.MOST_ENDPOINTS + 1)))
        .hasMessageContaining("room for 32768 endpoints, not for 32769");
    assertThatThrownBy(() -> MaglevTable.of(endpoints(11), MaglevTable.sizeFor(10)))
        .hasMessageContaining("not the size of a table: 1021");
  }
}
