package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DifferencesTest {
  private static final Service WEB = service("web", 80, Balancing.RANDOM);
  private static final Service API = service("api", 81, Balancing.RANDOM);

  @Test
  void shouldFindWhatHasChanged() {
    Service other = service("api", 81, Balancing.MAGLEV);
    assertThat(Differences.between(table(WEB, API), table(WEB, other))).containsExactly(other);
    assertThat(
            Differences.between(table(WEB, API), table(service("web", 80, Balancing.RANDOM), API)))
        .as("an equal one")
        .isEmpty();
  }

  @Test
  void shouldGiveUpWhereServicesOrAddressesAreOthers() {
    assertThat(Differences.between(table(WEB), table(WEB, API))).isNull();
    assertThat(Differences.between(table(WEB), table(API))).isNull();
    assertThat(Differences.between(table(WEB, API), table(API, WEB))).isNull();
    assertThat(Differences.between(table(WEB), table(service("web", 82, Balancing.RANDOM))))
        .isNull();
  }

  private static Map<String, Service> table(Service... services) {
    return new ServiceTable(List.of(services)).byName();
  }

  private static Service service(String name, int port, Balancing balancing) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), port);
    return new Service(
        name,
        List.of(new Frontend(Transport.TCP, address)),
        List.of(),
        Behaviour.DEFAULT.with(balancing));
  }
}
