package io.lighter.proxy.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Service;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which endpoints a service has. Here node {@code n1} in the zone {@code z1} is ours. */
class EndpointRulesTest {
  private static final ProxyNode NODE = new ProxyNode("n1", "z1", List.of(), List.of());
  private static final String EXTERNAL_LOCAL =
      "type: NodePort, externalTrafficPolicy: Local, clusterIPs: [10.96.0.1],"
          + " ports: [{port: 80, nodePort: 30080}]";

  private ServiceProxyRules rules = new ServiceProxyRules(NODE, ServiceProxyRules.USUAL);

  private List<String> shown(Map<?, ?>... objects) throws MalformedObjectException {
    for (Map<?, ?> object : objects) {
      rules.put(object);
    }
    return Shown.services(rules);
  }

  private static String endpoint(String address, String conditions, String node) {
    return Written.endpoint(address, conditions, node);
  }

  /**
   * Makes a slice of words like {@code 1:RS@n1}: the last byte of an address, the conditions that
   * hold, and the node.
   */
  private static Map<?, ?> slice(String words) {
    return slice("web-1", words);
  }

  private static Map<?, ?> slice(String name, String words) {
    String[] endpoints =
        Arrays.stream(words.split(" "))
            .filter(word -> !word.isEmpty())
            .map(word -> word.split("[:@]"))
            .map(parts -> endpoint("10.0.0." + parts[0], parts[1], parts[2]))
            .toArray(String[]::new);
    return Written.sliceOf("web", name, "ports: [{port: 8080}]", endpoints);
  }

  private static Map<?, ?> web(String spec) {
    return Written.web(spec);
  }

  private static Map<?, ?> service(String spec) {
    return Written.service("web", spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | REJECT",
        "2:RS@n2 1:RS@n1 | 10.0.0.1:8080 10.0.0.2:8080",
        "1:RS@n1 2:-@n1 3:S@n1 | 10.0.0.1:8080",
        "1:RS@n1 2:ST@n1 3:T@n1 | 10.0.0.1:8080 10.0.0.2:8080(draining) 10.0.0.3:8080(draining)",
        "2:ST@n1 3:T@n1 | 10.0.0.2:8080 10.0.0.3:8080(draining)",
        "1:-@n1 2:S@n1 | REJECT",
        "1:T@n1 | 10.0.0.1:8080(draining) REJECT",
      })
  void shouldChooseByTheConditions(String endpoints, String chosen) throws Exception {
    assertThat(shown(web(""), slice(endpoints)))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> " + chosen);
  }

  @Test
  void shouldTakeConditionsThatAreNotThereAsKubeProxyDoes() throws Exception {
    Map<?, ?> slice =
        Written.slice(
            "{addresses: [10.0.0.1]}",
            "{addresses: [10.0.0.2], conditions: {}}",
            "{addresses: [10.0.0.3], conditions: {ready: null, serving: null, terminating: null}}",
            "{addresses: [10.0.0.4], conditions: {ready: false, terminating: true}}");
    assertThat(shown(web(""), slice))
        .containsExactly(
            "default/web: TCP 10.96.0.1:80 -> 10.0.0.1:8080 10.0.0.2:8080 10.0.0.3:8080"
                + " 10.0.0.4:8080(draining)");
  }

  @Test
  void shouldLetFlowsOfUdpEndWithAnEndpointThatNoLongerServes() throws Exception {
    Map<?, ?> slice =
        Written.sliceOf(
            "web",
            "web-1",
            "ports: [{port: 53, protocol: UDP}]",
            endpoint("10.0.0.1", "RS", "n1"),
            endpoint("10.0.0.2", "ST", "n1"),
            endpoint("10.0.0.3", "T", "n1"));
    assertThat(shown(service("clusterIPs: [10.96.0.1], ports: [{port: 53, protocol: UDP}]"), slice))
        .containsExactly("default/web: UDP 10.96.0.1:53 -> 10.0.0.1:53 10.0.0.2:53(draining)");
  }

  @Test
  void shouldTakeAllAsReadyThatArePublished() throws Exception {
    assertThat(shown(web("publishNotReadyAddresses: true"), slice("1:-@n1 2:T@n2")))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> 10.0.0.1:8080 10.0.0.2:8080");
  }

  @Test
  void shouldJoinPortsByNameAndProtocolOverSlicesThatNumberThemOtherwise() throws Exception {
    String one = "ports: [{name: http, port: 8080}, {name: dns, port: 5353, protocol: UDP}]";
    String two = "ports: [{name: http, port: 9090}, {name: dns, port: 9053}, {name: http}]";
    assertThat(
            shown(
                service(
                    "clusterIPs: [10.96.0.1], ports: [{name: http, port: 80, targetPort: web},"
                        + " {name: dns, port: 53, protocol: UDP}]"),
                Written.sliceOf("web", "web-1", one, endpoint("10.0.0.1", "RS", "n1")),
                Written.sliceOf("web", "web-2", two, endpoint("10.0.0.2", "RS", "n1"))))
        .containsExactly(
            "default/web:dns: UDP 10.96.0.1:53 -> 10.0.0.1:5353",
            "default/web:http: TCP 10.96.0.1:80 -> 10.0.0.1:8080 10.0.0.2:9090");
  }

  @Test
  void shouldCountAnEndpointOnceThatIsInTwoSlices() throws Exception {
    assertThat(shown(web(""), slice("web-1", "1:ST@n1"), slice("web-2", "1:RS@n1 2:RS@n2")))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> 10.0.0.1:8080 10.0.0.2:8080");
    assertThat(rules.put(slice("web-1", ""))).matches(d -> d.changes().isEmpty());
    assertThat(Shown.services(rules.put(slice("web-2", "2:RS@n2")).changes().put()))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> 10.0.0.2:8080");
  }

  @Test
  void shouldFollowASliceToAnotherService() throws Exception {
    shown(web(""), slice("1:RS@n1"));
    Map<?, ?> moved =
        Written.sliceOf(
            "other", "web-1", "ports: [{port: 8080}]", endpoint("10.0.0.1", "RS", "n1"));
    assertThat(shown(moved)).containsExactly("default/web: TCP 10.96.0.1:80 -> REJECT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1:RS@n1 2:RS@n2 | 10.0.0.1:8080",
        "1:ST@n1 2:RS@n2 | 10.0.0.1:8080",
        "1:RS@n1 3:ST@n1 4:ST@n2 | 10.0.0.1:8080 10.0.0.3:8080(draining)",
        "2:RS@n2 | DROP",
        "1:T@n1 2:ST@n2 | 10.0.0.1:8080(draining) DROP",
        "1:-@n1 2:T@n2 | REJECT",
        "'' | REJECT",
      })
  void shouldStayOnTheNodeByTheInternalPolicy(String endpoints, String chosen) throws Exception {
    assertThat(shown(web("internalTrafficPolicy: Local"), slice(endpoints)))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> " + chosen);
  }

  @Test
  void shouldStayOnTheNodeByTheExternalPolicyForThoseFromOutsideOnly() throws Exception {
    assertThat(shown(service(EXTERNAL_LOCAL), slice("1:RS@n1 2:RS@n2")))
        .containsExactly(
            "default/web: TCP 10.96.0.1:80 -> 10.0.0.1:8080 10.0.0.2:8080",
            "default/web/external: TCP 0.0.0.0:30080 -> 10.0.0.1:8080");
    assertThat(shown(slice("2:RS@n2")))
        .containsExactly(
            "default/web: TCP 10.96.0.1:80 -> 10.0.0.2:8080",
            "default/web/external: TCP 0.0.0.0:30080 -> DROP");
    assertThat(shown(slice("")))
        .containsExactly(
            "default/web: TCP 10.96.0.1:80 -> REJECT",
            "default/web/external: TCP 0.0.0.0:30080 -> REJECT");
  }

  @Test
  void shouldLetClientsOfTheNodeReachAllByAnExternalAddress() throws Exception {
    shown(service(EXTERNAL_LOCAL), slice("1:RS@n1 2:RS@n2"));
    assertThat(shownInside())
        .containsExactly(
            "default/web: TCP 10.96.0.1:80 -> 10.0.0.1:8080 10.0.0.2:8080",
            "default/web/external: TCP 0.0.0.0:30080 -> 10.0.0.1:8080 10.0.0.2:8080");
    shown(service(EXTERNAL_LOCAL + ", internalTrafficPolicy: Local"));
    assertThat(shownInside())
        .containsExactly(
            "default/web: TCP 10.96.0.1:80 -> 10.0.0.1:8080",
            "default/web/external: TCP 0.0.0.0:30080 -> 10.0.0.1:8080 10.0.0.2:8080");
    shown(slice("2:RS@n2"));
    assertThat(shownInside())
        .as("those from outside hear nothing")
        .containsExactly(
            "default/web: TCP 10.96.0.1:80 -> DROP",
            "default/web/external: TCP 0.0.0.0:30080 -> 10.0.0.2:8080");
    shown(slice(""));
    assertThat(shownInside()).last().isEqualTo("default/web/external: TCP 0.0.0.0:30080 -> REJECT");
  }

  private List<String> shownInside() {
    return Shown.services(rules.table().services().stream().map(Service::forLocalClients).toList());
  }

  @Test
  void shouldPutTogetherWhatHasOnePolicy() throws Exception {
    assertThat(shown(service(EXTERNAL_LOCAL.replace("Local", "Cluster")), slice("1:RS@n1")))
        .containsExactly("default/web: TCP 10.96.0.1:80 TCP 0.0.0.0:30080 -> 10.0.0.1:8080");
    assertThat(
            shown(
                service(EXTERNAL_LOCAL + ", internalTrafficPolicy: Local"),
                slice("1:RS@n1 2:RS@n2")))
        .as("clients of the node are bound by one of them only")
        .containsExactly(
            "default/web: TCP 10.96.0.1:80 -> 10.0.0.1:8080",
            "default/web/external: TCP 0.0.0.0:30080 -> 10.0.0.1:8080");
    assertThat(shown(web("externalTrafficPolicy: Local")))
        .as("there is nothing external")
        .containsExactly("default/web: TCP 10.96.0.1:80 -> 10.0.0.1:8080 10.0.0.2:8080");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "zones z1, zones z2, zones z2      | 1",
        "zones z1, zones z2, zones z1 z2   | 1 3",
        "zones z2, zones z2, zones z3      | 1 2 3",
        "zones z1, zones z2, none          | 1 2 3",
        "nodes n1, nodes n2, nodes n2      | 1",
        "nodes n2, nodes n2, nodes n3      | 1 2 3",
        "nodes n1, none, zones z1          | 1 2 3",
        "nodes n1 zones z2, nodes n2 zones z1, nodes n2 zones z1 | 1",
        "nodes n3 zones z2, nodes n2 zones z1, nodes n2 zones z1 | 2 3",
      })
  void shouldHonourHints(String hints, String chosen) throws Exception {
    String[] each = hints.split(", ", -1);
    String[] endpoints = new String[each.length + 1];
    for (int i = 0; i < each.length; i++) {
      endpoints[i] = Written.endpoint("10.0.0." + (i + 1), "hints: {%s}".formatted(hints(each[i])));
    }
    endpoints[each.length] = Written.endpoint("10.0.0.9", "conditions: {ready: false}");
    String expected =
        String.join(
            " ", Arrays.stream(chosen.split(" ")).map(n -> "10.0.0." + n + ":8080").toList());
    assertThat(shown(web(""), Written.slice(endpoints)))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> " + expected);
  }

  private static String hints(String words) {
    StringBuilder hints = new StringBuilder();
    for (String word : words.split(" ", -1)) {
      switch (word) {
        case "none" -> {}
        case "zones", "nodes" ->
            hints
                .append(hints.isEmpty() ? "" : "], ")
                .append(word.equals("zones") ? "forZones: [" : "forNodes: [");
        default -> hints.append("{name: ").append(word).append("},");
      }
    }
    return hints.isEmpty() ? "" : hints.append("]").toString();
  }

  @Test
  void shouldHonourNoHintsWithoutAZone() throws Exception {
    rules = new ServiceProxyRules(new ProxyNode("n1"), ServiceProxyRules.USUAL);
    Map<?, ?> slice =
        Written.slice(
            Written.endpoint("10.0.0.1", "hints: {forZones: [{name: ''}]}"),
            Written.endpoint("10.0.0.2", "hints: {forZones: [{name: z1}]}"));
    assertThat(shown(web(""), slice))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> 10.0.0.1:8080 10.0.0.2:8080");
    assertThat(Shown.services(rules.setNode(NODE).changes().put()))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> 10.0.0.2:8080");
  }

  @Test
  void shouldKeepClientsWithTheirEndpoints() throws Exception {
    assertThat(behaviour("sessionAffinity: ClientIP").affinity())
        .isEqualTo(new Affinity(Duration.ofHours(3)));
    assertThat(
            behaviour(
                    "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds:"
                        + " 9}}")
                .affinity())
        .isEqualTo(new Affinity(Duration.ofSeconds(9)));
    assertThat(behaviour("sessionAffinity: None").affinity()).isEqualTo(Affinity.NONE);
  }

  private Behaviour behaviour(String spec) throws MalformedObjectException {
    rules.put(web(spec));
    Service service = rules.table().byName().get("default/web");
    return Objects.requireNonNull(service).behaviour();
  }

  @Test
  void shouldTakeWishesFromAnnotations() throws Exception {
    Map<?, ?> object =
        Written.yaml(
                """
                apiVersion: v1
                kind: Service
                metadata:
                  name: web
                  annotations:
                    proxy.lighter.io/balance: least-connections
                    proxy.lighter.io/turbo: "true"
                spec: {clusterIPs: [10.96.0.1], ports: [{port: 80}]}
                """)
            .getFirst();
    assertThat(rules.put(object).changes().put())
        .extracting(Service::behaviour)
        .containsExactly(ServiceProxyRules.USUAL.with(Balancing.LEAST_CONNECTIONS).withTurbo(true));
    assertThat(behaviour("")).isEqualTo(ServiceProxyRules.USUAL);
  }

  @Test
  void shouldTellLoadBalancersHowManyEndpointsTheNodeHas() throws Exception {
    Map<?, ?> service =
        service(
            "type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 31000,"
                + " clusterIPs: [10.96.0.1], ports: [{name: a, port: 80}, {name: b, port: 81}]");
    Map<?, ?> slice =
        Written.sliceOf(
            "web",
            "web-1",
            "ports: [{name: a, port: 8080}, {name: b, port: 8081}]",
            endpoint("10.0.0.1", "RS", "n1"),
            endpoint("10.0.0.2", "RS", "n1"),
            endpoint("10.0.0.3", "RS", "n2"),
            endpoint("10.0.0.4", "ST", "n1"));
    shown(service, slice);
    HealthCheckNode health = new HealthCheckNode(31_000, "default", "web", 2);
    assertThat(rules.healthChecks()).containsExactly(health);
    assertThat(rules.healthCheck("default", "web")).contains(health);
    assertThat(health.status(true)).isEqualTo(200);
    assertThat(health.status(false)).isEqualTo(503);

    rules.put(slice("4:ST@n1 3:RS@n2"));
    assertThat(rules.healthChecks())
        .containsExactly(new HealthCheckNode(31_000, "default", "web", 0))
        .allMatch(h -> h.status(true) == 503);
    rules.put(service(EXTERNAL_LOCAL + ", healthCheckNodePort: 31000"));
    assertThat(rules.healthChecks()).as("not of a load balancer").isEmpty();
  }
}
