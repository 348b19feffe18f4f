package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.service.AddressRange;
import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.HealthCheck;
import io.lighter.proxy.service.Limits;
import io.lighter.proxy.service.ProxyHeaders;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.ServicePlaces;
import io.lighter.proxy.service.Timeouts;
import io.lighter.proxy.service.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EligibilityTest {
  private static final Behaviour DEFAULT = Behaviour.DEFAULT;

  @Test
  void shouldTakeWhatNeedsOneLookAtAConnection() {
    for (Behaviour behaviour :
        List.of(
            DEFAULT,
            DEFAULT.with(Balancing.RANDOM),
            DEFAULT.with(Balancing.MAGLEV),
            DEFAULT.with(new Affinity(Duration.ofHours(3))),
            DEFAULT.withTransparent(true),
            DEFAULT.with(
                new HealthCheck(
                    new HealthCheck.Connect(), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1)),
            DEFAULT.with(
                new Timeouts(
                    Duration.ofSeconds(1),
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(9))))) {
      Eligibility eligibility = Eligibility.of(service(behaviour));
      assertThat(eligibility.isEligible()).isTrue();
      assertThat(eligibility).hasToString("eligible");
    }
  }

  @Test
  void shouldSayWhatStandsInTheWay() {
    expect(DEFAULT.with(Balancing.LEAST_CONNECTIONS), "balancing LEAST_CONNECTIONS needs");
    expect(DEFAULT.with(Balancing.RANDOM_TWO), "balancing RANDOM_TWO needs");
    expect(
        DEFAULT.with(new ProxyHeaders(true, ProxyHeaders.Version.NONE)),
        "PROXY headers are received");
    expect(
        DEFAULT.with(new ProxyHeaders(false, ProxyHeaders.Version.V2)),
        "PROXY headers are sent: V2");
    expect(DEFAULT.with(new Limits(10, 0, 0, 0)), "connections are limited");
    Duration second = Duration.ofSeconds(1);
    expect(
        DEFAULT.with(new Timeouts(second, second, second, second)),
        "idle connections are closed, after PT1S");
    expect(
        DEFAULT.withSources(List.of(new AddressRange(ip("10.0.0.0"), 8))),
        "only some clients are served, those of [10.0.0.0/8]");
  }

  @Test
  void shouldGiveAllReasonsAtOnce() {
    Behaviour behaviour = DEFAULT.with(Balancing.RANDOM_TWO).with(new Limits(10, 0, 0, 0));
    assertThat(Eligibility.of(service(behaviour)).obstacles()).hasSize(2);
  }

  @Test
  void shouldLookAtTheAddresses() {
    expect(
        service(List.of(at("10.0.0.1", Set.of("a.example"))), inet("10.1.0.1")),
        "server names decide at /10.0.0.1:80");
    expect(
        service(List.of(at("10.0.0.1")), UnixDomainSocketAddress.of("/run/web")),
        "an endpoint is a Unix socket: /run/web");
    expect(
        service(List.of(at("10.0.0.1"), at("fe80::1")), inet("10.1.0.1"), inet("fd00::1")),
        "an address is link-local");
    expect(service(List.of(at("fd00::1")), inet("fe80::1")), "an endpoint is link-local");
  }

  @Test
  void shouldLeaveAnAddressAloneWhereServerNamesDecide() {
    Service named =
        new Service(
            "named",
            List.of(at("10.0.0.1", Set.of("a.example"))),
            List.of(new Endpoint(inet("10.1.0.1"))),
            DEFAULT);
    Service rest = service(DEFAULT);
    ServicePlaces places = new ServicePlaces();
    SharedAddresses addresses = new SharedAddresses();
    addresses.update(places.preview(ServiceChanges.put(rest)));
    assertThat(addresses.addresses()).isEmpty();
    addresses.update(places.preview(new ServiceChanges(List.of(named, rest), List.of())));
    Set<InetSocketAddress> shared = addresses.addresses();
    assertThat(Eligibility.of(rest, shared))
        .hasToString("server names decide at an address that it shares");
    assertThat(Eligibility.of(rest, Set.of(inet("10.0.0.2"))).isEligible()).isTrue();
  }

  @Test
  void shouldMatchFamilies() {
    expect(
        service(List.of(at("10.0.0.1")), inet("fd00::1")),
        "an address is of IPv4 and no endpoint is");
    expect(
        service(List.of(at("10.0.0.1")), inet("10.1.0.1"), inet("fd00::1")),
        "an endpoint is of IPv6 and no address is");
    assertThat(
            Eligibility.of(
                    service(
                        List.of(at("10.0.0.1"), at("fd00::9")), inet("10.1.0.1"), inet("fd00::1")))
                .isEligible())
        .isTrue();
    assertThat(Eligibility.of(service(List.of(at("10.0.0.1"), at("fd00::9")))).isEligible())
        .as("without endpoints there is nobody to match")
        .isTrue();
  }

  private static void expect(Behaviour behaviour, String obstacle) {
    expect(service(behaviour), obstacle);
  }

  private static void expect(Service service, String obstacle) {
    Eligibility eligibility = Eligibility.of(service);
    assertThat(eligibility.isEligible()).isFalse();
    assertThat(eligibility.toString()).contains(obstacle);
  }

  private static Service service(Behaviour behaviour) {
    List<Endpoint> endpoints = List.of(new Endpoint(inet("10.1.0.1")));
    return new Service("web", List.of(at("10.0.0.1")), endpoints, behaviour);
  }

  private static Service service(List<Frontend> frontends, SocketAddress... endpoints) {
    List<Endpoint> all = Arrays.stream(endpoints).map(Endpoint::new).toList();
    return new Service("web", frontends, all, DEFAULT);
  }

  private static Frontend at(String address) {
    return at(address, Set.of());
  }

  private static Frontend at(String address, Set<String> names) {
    return new Frontend(Transport.TCP, inet(address), names);
  }

  private static InetSocketAddress inet(String address) {
    return new InetSocketAddress(ip(address), 80);
  }

  private static InetAddress ip(String address) {
    return InetAddress.ofLiteral(address);
  }
}
