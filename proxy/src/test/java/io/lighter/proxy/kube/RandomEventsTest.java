package io.lighter.proxy.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.service.IpText;
import io.lighter.proxy.service.Service;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever objects come, change and go, in whatever order: what was computed step by step is what
 * is computed at once from the objects that there are, and what a listener makes of the differences
 * is the table.
 */
class RandomEventsTest {
  private static final int STEPS = 1500;
  private static final List<ProxyNode> NODES =
      List.of(
          new ProxyNode("n1", "z1", List.of(), List.of()),
          new ProxyNode(
              "n2",
              "z2",
              List.of(IpText.address("192.0.2.1"), IpText.address("fd00::1")),
              List.of(IpText.range("192.0.2.0/24"))),
          new ProxyNode(""));

  private final Map<String, Map<?, ?>> objects = new LinkedHashMap<>();
  private final Map<String, Service> listened = new HashMap<>();
  private Random random = new Random(0);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldComeToTheSameStepByStepAndAtOnce(long seed) throws Exception {
    random = new Random(seed);
    ProxyNode node = NODES.getFirst();
    ServiceProxyRules rules = new ServiceProxyRules(node, ServiceProxyRules.USUAL);
    for (int step = 0; step < STEPS; step++) {
      if (random.nextInt(100) == 0) {
        node = NODES.get(random.nextInt(NODES.size()));
        listen(rules.setNode(node));
      } else if (random.nextInt(100) == 0) {
        objects.values().removeIf(object -> random.nextInt(3) == 0);
        listen(rules.replace(shuffled()));
      } else {
        listen(step(rules));
      }
      if (step % 10 == 0) {
        check(rules, node);
      }
    }
  }

  private List<Map<?, ?>> shuffled() {
    List<Map<?, ?>> shuffled = new ArrayList<>(objects.values());
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  private void check(ServiceProxyRules rules, ProxyNode node) throws MalformedObjectException {
    ServiceProxyRules fresh = new ServiceProxyRules(node, ServiceProxyRules.USUAL);
    for (Map<?, ?> object : shuffled()) {
      fresh.put(object);
    }
    assertThat(rules.table().byName()).isEqualTo(fresh.table().byName()).isEqualTo(listened);
    assertThat(rules.warnings()).isEqualTo(fresh.warnings());
    assertThat(rules.healthChecks()).isEqualTo(fresh.healthChecks());
  }

  private void listen(Differences differences) {
    assertThat(differences.errors()).isEmpty();
    for (Service changed : differences.changes().put()) {
      assertThat(listened.put(changed.name(), changed)).isNotEqualTo(changed);
    }
    for (String removed : differences.changes().removed()) {
      assertThat(listened.remove(removed)).isNotNull();
    }
  }

  private Differences step(ServiceProxyRules rules) throws MalformedObjectException {
    if (!objects.isEmpty() && random.nextInt(4) == 0) {
      List<String> keys = List.copyOf(objects.keySet());
      String key = keys.get(random.nextInt(keys.size()));
      Map<?, ?> gone = objects.get(key);
      objects.remove(key);
      return rules.remove(gone == null ? Map.of() : gone);
    }
    Map<?, ?> object = random.nextInt(3) == 0 ? service() : slice();
    objects.put(Written.title(object), object);
    return rules.put(object);
  }

  private Map<?, ?> service() {
    int number = random.nextInt(6);
    Map<String, Object> spec = new HashMap<>();
    spec.put(
        "clusterIPs",
        pick(List.of(), List.of("10.96.0." + number), List.of("10.96.0.1", "fd00:96::1")));
    spec.put("type", pick("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"));
    spec.put(
        "externalIPs",
        pick(List.of(), List.of("198.51.100.1"), List.of("198.51.100.2", "fd00::9")));
    spec.put("internalTrafficPolicy", pick("Cluster", "Local"));
    spec.put("externalTrafficPolicy", pick("Cluster", "Local"));
    spec.put("sessionAffinity", pick("None", "ClientIP"));
    spec.put("publishNotReadyAddresses", random.nextInt(5) == 0);
    spec.put("healthCheckNodePort", 31_000 + number);
    spec.put("loadBalancerSourceRanges", pick(List.of(), List.of("10.0.0.0/8")));
    Map<String, Object> http = new HashMap<>(Map.of("name", "http", "port", 80));
    http.put("nodePort", pick(0, 30_080, 30_081));
    Map<String, Object> dns = new HashMap<>(Map.of("name", "dns", "port", 53));
    dns.put("protocol", pick("TCP", "UDP", "SCTP"));
    spec.put("ports", pick(List.of(), List.of(http), List.of(http, dns)));
    Map<String, Object> metadata = new HashMap<>(Map.of("name", "s" + number));
    if (random.nextBoolean()) {
      metadata.put("creationTimestamp", "202" + random.nextInt(3) + "-01-01T00:00:00Z");
    }
    if (random.nextInt(10) == 0) {
      metadata.put("labels", Map.of("service.kubernetes.io/service-proxy-name", ""));
    }
    List<?> ingress = pick(List.of(), List.of(Map.of("ip", "203.0.113.1")));
    return Map.of(
        "kind",
        "Service",
        "apiVersion",
        "v1",
        "metadata",
        metadata,
        "spec",
        spec,
        "status",
        Map.of("loadBalancer", Map.of("ingress", ingress)));
  }

  private Map<?, ?> slice() {
    boolean six = random.nextInt(4) == 0;
    List<Map<?, ?>> endpoints = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      Map<String, Object> conditions = new HashMap<>();
      for (String condition : List.of("ready", "serving", "terminating")) {
        Boolean value = pick(true, false, false);
        if (random.nextInt(4) != 0) {
          conditions.put(condition, value);
        }
      }
      Map<String, Object> endpoint = new HashMap<>();
      endpoint.put("addresses", List.of((six ? "fd00::" : "10.0.0.") + (1 + random.nextInt(6))));
      endpoint.put("conditions", conditions);
      endpoint.put("nodeName", pick("n1", "n2", "n3"));
      if (random.nextInt(3) != 0) {
        endpoint.put(
            "hints",
            Map.of(pick("forZones", "forNodes"), List.of(Map.of("name", pick("z1", "n1")))));
      }
      endpoints.add(endpoint);
    }
    Map<String, Object> ports = Map.of("name", pick("http", "dns"), "port", pick(8080, 8081));
    return Map.of(
        "kind",
        "EndpointSlice",
        "apiVersion",
        "discovery.k8s.io/v1",
        "addressType",
        six ? "IPv6" : "IPv4",
        "metadata",
        Map.of(
            "name",
            "slice" + random.nextInt(12),
            "labels",
            Map.of("kubernetes.io/service-name", "s" + random.nextInt(6))),
        "ports",
        random.nextInt(6) == 0 ? List.of() : List.of(ports),
        "endpoints",
        endpoints);
  }

  @SafeVarargs
  private <T> T pick(T... from) {
    return from[random.nextInt(from.length)];
  }
}
