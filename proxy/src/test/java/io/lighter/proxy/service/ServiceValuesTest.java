package io.lighter.proxy.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the values of services refuse, and in which words. */
class ServiceValuesTest {
  private static final InetSocketAddress ADDRESS = IpText.socket("10.0.0.1:80");
  private static final Frontend TCP = new Frontend(Transport.TCP, ADDRESS);
  private static final Frontend UDP = new Frontend(Transport.UDP, ADDRESS);

  private static void refused(String message, ThrowingCallable maker) {
    assertThatIllegalArgumentException().isThrownBy(maker).withMessageContaining(message);
  }

  private static Service service(String name, Frontend... frontends) {
    return new Service(name, List.of(frontends), List.of(), Behaviour.DEFAULT);
  }

  @Test
  void shouldRefuseFrontendsThatNobodyCanReach() {
    refused(
        "an IP address and a port from 1 to 65535",
        () -> new Frontend(Transport.TCP, InetSocketAddress.createUnresolved("a.example", 80)));
    refused(
        "an IP address and a port from 1 to 65535",
        () -> new Frontend(Transport.TCP, new InetSocketAddress(ADDRESS.getAddress(), 0)));
    refused(
        "are for TCP: datagrams are not looked into",
        () -> new Frontend(Transport.UDP, ADDRESS, Set.of("a.example")));
  }

  @Test
  void shouldRefuseEndpointsThatCannotBeReached() {
    refused("is -1: it goes from 0 to 65535", () -> new Endpoint(ADDRESS, -1, false));
    refused("is 65536: it goes from 0 to 65535", () -> new Endpoint(ADDRESS, 65_536, false));
    refused(
        "an absolute path, not run/a.sock",
        () -> new Endpoint(UnixDomainSocketAddress.of("run/a.sock")));
    refused(
        "an IP address and a port",
        () -> new Endpoint(InetSocketAddress.createUnresolved("a.example", 80)));
  }

  @Test
  void shouldKnowWhichEndpointsTakeNewClients() {
    assertThat(new Endpoint(ADDRESS).takesNew()).isTrue();
    assertThat(new Endpoint(ADDRESS, 0, false).takesNew()).isFalse();
    assertThat(new Endpoint(ADDRESS, 1, true).takesNew()).isFalse();
  }

  @Test
  void shouldRefuseServicesThatMakeNoSense() {
    refused("a service needs a name", () -> service("", TCP));
    refused("service web needs frontends", () -> service("web"));
    refused("all of them TCP or all of them UDP", () -> service("web", TCP, UDP));
    refused(
        "service web has an endpoint twice",
        () -> service("web", TCP).with(List.of(new Endpoint(ADDRESS), new Endpoint(ADDRESS))));
    refused(
        "service dns is UDP, and an endpoint of it is a Unix socket",
        () ->
            service("dns", UDP)
                .with(List.of(new Endpoint(UnixDomainSocketAddress.of("/run/a.sock")))));
  }

  @Test
  void shouldRefuseTablesWhoseServicesAreInEachOthersWay() {
    refused(
        "there are two services web",
        () -> new ServiceTable(List.of(service("web", TCP), service("web", UDP))));
    refused(
        "services a and b are both at TCP /10.0.0.1:80",
        () -> new ServiceTable(List.of(service("a", TCP), service("b", TCP))));
    Frontend named = new Frontend(Transport.TCP, ADDRESS, Set.of("x.example", "y.example"));
    refused(
        "for x.example",
        () ->
            new ServiceTable(
                List.of(
                    service("a", named),
                    service("b", new Frontend(Transport.TCP, ADDRESS, Set.of("x.example"))))));

    assertThat(
            new ServiceTable(List.of(service("c", named), service("b", TCP), service("a", UDP)))
                .byName())
        .containsOnlyKeys("c", "b", "a");
  }

  @Test
  void shouldRefuseFiguresOutOfTheirRanges() {
    Duration second = Duration.ofSeconds(1);
    Duration below = second.negated();
    refused("PT0.5S: whole seconds", () -> new Affinity(Duration.ofMillis(500)));
    refused("PT25H: whole seconds, up to PT24H", () -> new Affinity(Duration.ofHours(25)));
    refused("the time 'idle' is negative", () -> new Timeouts(second, below, second, second));
    refused(
        "to connect and of a flow are longer than zero",
        () -> new Timeouts(Duration.ZERO, second, second, second));
    refused("a limit is negative", () -> new Limits(-1, 0, 0, 0));
    refused("a rate has a burst of at least 1", () -> new Limits(0, 0, 10, 0));
    refused("no burst is alone", () -> new Limits(0, 0, 0, 10));
    refused("0 or more failures", () -> new Ejection(-1, second));
    refused("a time longer than zero", () -> new Ejection(1, Duration.ZERO));
    refused("at least 1 attempt, not 0", () -> Behaviour.DEFAULT.withAttempts(0));
    HealthCheck.Probe probe = new HealthCheck.Connect();
    refused("are longer than zero", () -> new HealthCheck(probe, Duration.ZERO, second, 1, 1));
    refused("are at least 1", () -> new HealthCheck(probe, second, second, 0, 1));
    refused("begins with a slash", () -> new HealthCheck.Http("healthz", ""));
    refused("has no spaces", () -> new HealthCheck.Http("/a b", ""));
    refused("has no spaces", () -> new HealthCheck.Http("/a\r\nX: y", ""));
    refused("the command of a check is empty", () -> new HealthCheck.Command(List.of()));
  }
}
