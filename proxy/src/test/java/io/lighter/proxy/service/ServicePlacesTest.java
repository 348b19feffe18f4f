package io.lighter.proxy.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.proxy.service.ServicePlaces.Place;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServicePlacesTest {
  private static final int STEPS = 5_000;

  private final Random random = new Random(7);
  private final ServicePlaces places = new ServicePlaces();

  private static Service service(String name, String serverName, int... ports) {
    List<Frontend> frontends = new ArrayList<>();
    for (int port : ports) {
      InetSocketAddress address = new InetSocketAddress(IpText.address("10.0.0.1"), port);
      Set<String> names = serverName.isEmpty() ? Set.of() : Set.of(serverName);
      frontends.add(new Frontend(Transport.TCP, address, names));
    }
    return new Service(name, frontends, List.of(), Behaviour.DEFAULT);
  }

  private static Place place(int port) {
    return new Place(Transport.TCP, new InetSocketAddress(IpText.address("10.0.0.1"), port));
  }

  private ServicePlaces.Preview apply(ServiceChanges changes) {
    ServicePlaces.Preview preview = places.preview(changes);
    places.commit(preview);
    return preview;
  }

  @Test
  void shouldTellWhoIsTouched() {
    Service shop = service("shop", "shop.example", 443);
    Service mail = service("mail", "mail.example", 443, 444);
    Service other = service("other", "", 80);
    apply(new ServiceChanges(List.of(shop, mail, other), List.of()));

    ServicePlaces.Preview preview = places.preview(new ServiceChanges(List.of(), List.of("mail")));
    assertThat(preview.tenants())
        .containsOnly(Map.entry(place(443), List.of(shop)), Map.entry(place(444), List.of()));
    assertThat(preview.touched()).containsExactly(shop);
    assertThat(places.get("mail")).as("a preview changes nothing").isEqualTo(mail);

    places.commit(preview);
    assertThat(places.byName()).containsOnlyKeys("shop", "other");
  }

  @Test
  void shouldLetAnAddressGoFromOneToAnother() {
    apply(ServiceChanges.put(service("a", "", 80)));
    Service heir = service("b", "", 80);
    ServicePlaces.Preview preview = apply(new ServiceChanges(List.of(heir), List.of("a")));
    assertThat(preview.tenants()).containsOnly(Map.entry(place(80), List.of(heir)));
  }

  @Test
  void shouldRefuseTwoAtOneAddressAndStayAsItWas() {
    apply(ServiceChanges.put(service("a", "A.example", 80)));
    assertThatThrownBy(() -> places.preview(ServiceChanges.put(service("b", "a.example", 80))))
        .as("case does not matter")
        .hasMessageContaining("services a and b are both at TCP")
        .hasMessageContaining("for a.example");
    assertThat(places.byName()).containsOnlyKeys("a");
    assertThatThrownBy(
            () -> new ServiceChanges(List.of(service("a", "", 1), service("a", "", 2)), List.of()))
        .hasMessage("there are two services a");
    assertThatThrownBy(() -> new ServiceChanges(List.of(service("a", "", 1)), List.of("a")))
        .hasMessage("service a is to be put and removed");
  }

  @Test
  void shouldBeTheSameStepByStepAsAtOnce() {
    Map<Place, List<Service>> heard = new HashMap<>();
    for (int step = 0; step < STEPS; step++) {
      ServicePlaces.Preview preview;
      try {
        preview = places.preview(randomChanges());
      } catch (IllegalArgumentException e) {
        continue; // two at one address
      }
      places.commit(preview);
      preview.tenants().forEach(heard::put);
      heard.values().removeIf(List::isEmpty);

      ServicePlaces fresh = new ServicePlaces();
      List<Service> all = List.copyOf(places.byName().values());
      ServicePlaces.Preview whole = fresh.preview(new ServiceChanges(all, List.of()));
      assertThat(heard.keySet()).isEqualTo(whole.tenants().keySet());
      heard.forEach(
          (place, there) ->
              assertThat(whole.tenants().get(place)).containsExactlyInAnyOrderElementsOf(there));
    }
  }

  private ServiceChanges randomChanges() {
    List<Service> put = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    for (int name = 0; name < 6; name++) {
      switch (random.nextInt(6)) {
        case 0 -> removed.add("s" + name);
        case 1 -> {
          String serverName = random.nextBoolean() ? "" : "n" + random.nextInt(4) + ".example";
          int first = 1 + random.nextInt(5);
          put.add(service("s" + name, serverName, first, 10 + random.nextInt(5)));
        }
        default -> {}
      }
    }
    return new ServiceChanges(put, removed);
  }
}
