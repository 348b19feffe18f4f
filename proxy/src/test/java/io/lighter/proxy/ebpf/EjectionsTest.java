package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Ejection;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EjectionsTest {
  private static final InetSocketAddress A = at("10.0.0.1");
  private static final InetSocketAddress B = at("10.0.0.2");
  private static final InetSocketAddress SIX = at("fd00::1");
  private static final Ejection SECOND = new Ejection(3, Duration.ofSeconds(1));
  private static final long NOW = -5;
  private static final long NANOS = 1_000_000_000;

  private final Ejections ejections = new Ejections();

  private static InetSocketAddress at(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 80);
  }

  private static Service web(Endpoint... endpoints) {
    return new Service(
        "web",
        List.of(
            new Frontend(Transport.TCP, at("10.96.0.1")), new Frontend(Transport.TCP, at("::1"))),
        List.of(endpoints),
        Behaviour.DEFAULT.with(SECOND));
  }

  private static Service two() {
    return web(new Endpoint(A), new Endpoint(B), new Endpoint(SIX));
  }

  @Test
  void shouldLastForItsTime() {
    assertThat(ejections.eject(two(), A, Set.of(), NOW)).isTrue();
    assertThat(ejections.eject(two(), A, Set.of(), NOW)).as("it is").isFalse();
    assertThat(ejections.of("web")).containsExactly(A);
    assertThat(ejections.untilNext(NOW + 1)).hasValue(NANOS - 1);
    assertThat(ejections.over(NOW + NANOS - 1)).isEmpty();
    assertThat(ejections.over(NOW + NANOS)).containsExactly(new Ejections.Place("web", A));
    ejections.end(new Ejections.Place("web", A));
    assertThat(ejections.untilNext(NOW)).isEmpty();
    assertThat(ejections.of("web")).isEmpty();
    assertThat(ejections.count("web", A)).isEqualTo(1);
    assertThat(ejections.eject(two(), A, Set.of(), NOW)).isTrue();
    assertThat(ejections.count("web", A)).isEqualTo(2);
  }

  @Test
  void shouldKeepTheLastOfAFamily() {
    assertThat(ejections.eject(two(), SIX, Set.of(), NOW)).isFalse();
    assertThat(ejections.eject(two(), A, Set.of(B), NOW)).isFalse();
    Service weightless = web(new Endpoint(A), new Endpoint(B, 0, false));
    assertThat(ejections.eject(weightless, A, Set.of(), NOW)).isFalse();
    assertThat(ejections.eject(weightless, B, Set.of(), NOW)).as("it gets none").isFalse();
    Service draining = web(new Endpoint(A), new Endpoint(B, 1, true));
    assertThat(ejections.eject(draining, A, Set.of(), NOW)).isFalse();
    assertThat(ejections.eject(two(), at("10.0.0.3"), Set.of(), NOW)).as("a stranger").isFalse();
    assertThat(ejections.eject(two(), A, Set.of(), NOW)).isTrue();
    assertThat(ejections.eject(two(), B, Set.of(), NOW)).isFalse();
  }

  @Test
  void shouldForgetWhatHasGone() {
    ejections.eject(two(), A, Set.of(), NOW);
    ejections.retain(two());
    assertThat(ejections.of("web")).containsExactly(A);
    Service never = two().with(Behaviour.DEFAULT.with(Ejection.NEVER));
    assertThat(ejections.eject(never, B, Set.of(), NOW)).isFalse();
    ejections.retain(never);
    assertThat(ejections.of("web")).isEmpty();
    assertThat(ejections.count("web", A)).isEqualTo(1);
    ejections.eject(two(), A, Set.of(), NOW);
    ejections.retain(web(new Endpoint(B)));
    assertThat(ejections.of("web")).isEmpty();
    assertThat(ejections.count("web", A)).isZero();
    ejections.eject(two(), A, Set.of(), NOW);
    ejections.forget("web");
    assertThat(ejections.of("web")).isEmpty();
    assertThat(ejections.count("web", A)).isZero();
  }
}
