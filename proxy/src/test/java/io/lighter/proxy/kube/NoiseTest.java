package io.lighter.proxy.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An object with anything at any place is taken or refused, and nothing else happens. */
class NoiseTest {
  private static final int ROUNDS = 4000;

  private static final List<@Nullable Object> VALUES =
      Arrays.asList(
          null,
          "",
          "x",
          "10.0.0.1",
          "::1",
          "None",
          "TCP",
          "Local",
          -1,
          0,
          80,
          65_536,
          1L << 40,
          BigInteger.ONE.shiftLeft(80),
          1.5,
          true,
          Date.from(Instant.EPOCH),
          List.of(),
          List.of("a"),
          Map.of(),
          Map.of("name", "a"));

  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: a, creationTimestamp: "2024-01-01T00:00:00Z", labels: {a: b},
        annotations: {proxy.lighter.io/balance: maglev, proxy.lighter.io/turbo: "true"}}
      spec:
        type: LoadBalancer
        clusterIP: 10.96.0.1
        clusterIPs: [10.96.0.1, "fd00::1"]
        externalIPs: [10.0.0.9]
        loadBalancerSourceRanges: [10.0.0.0/8]
        internalTrafficPolicy: Cluster
        externalTrafficPolicy: Local
        healthCheckNodePort: 31000
        publishNotReadyAddresses: false
        sessionAffinity: ClientIP
        sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}
        ports: [{name: a, port: 80, protocol: TCP, nodePort: 30000}, {name: b, port: 81}]
      status: {loadBalancer: {ingress: [{ip: 10.0.0.8, ipMode: VIP}, {hostname: x}]}}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      addressType: IPv4
      metadata: {name: web-1, namespace: a, labels: {kubernetes.io/service-name: web}}
      ports: [{name: a, port: 8080, protocol: TCP}]
      endpoints:
        - {addresses: [10.1.0.1], conditions: {ready: true, serving: true, terminating: false},
           nodeName: n1, zone: z1, hints: {forZones: [{name: z1}], forNodes: [{name: n1}]}}
      """;

  private Random random = new Random(0);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldTakeOrRefuseAnything(long seed) {
    random = new Random(seed);
    ServiceProxyRules rules = new ServiceProxyRules(new ProxyNode("n1"), ServiceProxyRules.USUAL);
    List<Map<?, ?>> objects = Written.yaml(OBJECTS);
    int taken = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Object noisy = noisy(objects.get(random.nextInt(objects.size())), 40);
      if (!(noisy instanceof Map<?, ?> object)) {
        continue;
      }
      try {
        rules.put(object);
        taken++;
      } catch (MalformedObjectException e) {
        assertThat(e.getMessage()).matches("(?s)(Service|EndpointSlice)( [^ :]+/[^ :]+)?: .+");
      }
    }
    assertThat(taken).isPositive();
    assertThat(rules.table().services()).allMatch(service -> !service.frontends().isEmpty());
  }

  /** Returns a copy in which one of so many values is another. */
  private @Nullable Object noisy(@Nullable Object value, int rarity) {
    if (random.nextInt(rarity) == 0) {
      return VALUES.get(random.nextInt(VALUES.size()));
    }
    return switch (value) {
      case Map<?, ?> map -> {
        Map<Object, @Nullable Object> copy = new HashMap<>();
        map.forEach((key, each) -> copy.put(key, noisy(each, rarity)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(each -> copy.add(noisy(each, rarity)));
        yield copy;
      }
      case null, default -> value;
    };
  }
}
