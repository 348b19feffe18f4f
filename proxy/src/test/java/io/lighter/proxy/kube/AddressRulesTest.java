package io.lighter.proxy.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.proxy.service.IpText;
import io.lighter.proxy.service.Service;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** At which addresses services are. */
class AddressRulesTest {
  private ServiceProxyRules rules =
      new ServiceProxyRules(new ProxyNode("n1"), ServiceProxyRules.USUAL);

  private List<String> shown(Map<?, ?>... objects) throws MalformedObjectException {
    for (Map<?, ?> object : objects) {
      rules.put(object);
    }
    return Shown.services(rules);
  }

  @Test
  void shouldBeAtTheClusterAddress() throws Exception {
    assertThat(shown(Written.web(""), Written.slice(Written.endpoint("10.0.0.1"))))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> 10.0.0.1:8080");
  }

  @Test
  void shouldTakeClusterIpWhereThereIsNoList() throws Exception {
    assertThat(shown(Written.service("web", "clusterIP: 10.96.0.1, ports: [{port: 80}]")))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> REJECT");
  }

  @Test
  void shouldKeepTheFamiliesApart() throws Exception {
    Map<?, ?> six =
        Written.yaml(
                """
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv6,
                 metadata: {name: web-6, labels: {kubernetes.io/service-name: web}},
                 ports: [{port: 8080}], endpoints: [{addresses: ["fd00::1"]}]}
                """)
            .getFirst();
    assertThat(
            shown(
                Written.service(
                    "web",
                    "type: NodePort, clusterIPs: [10.96.0.1, 'fd00:96::1'],"
                        + " ports: [{port: 80, nodePort: 30080}]"),
                Written.slice(Written.endpoint("10.0.0.1")),
                six))
        .containsExactly(
            "default/web: TCP 10.96.0.1:80 TCP 0.0.0.0:30080 -> 10.0.0.1:8080",
            "default/web/ipv6: TCP [fd00:96:0:0:0:0:0:1]:80 TCP [0:0:0:0:0:0:0:0]:30080 ->"
                + " [fd00:0:0:0:0:0:0:1]:8080");
  }

  @Test
  void shouldBeAtAllKindsOfAddresses() throws Exception {
    rules =
        new ServiceProxyRules(
            new ProxyNode(
                "n1",
                "",
                List.of(
                    IpText.address("10.0.0.7"),
                    IpText.address("192.0.2.7"),
                    IpText.address("fd00::7")),
                List.of(IpText.range("192.0.2.0/24"), IpText.range("fd00::/16"))),
            ServiceProxyRules.USUAL);
    Map<?, ?> service =
        Written.yaml(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop}
                spec:
                  type: LoadBalancer
                  clusterIPs: [10.96.0.1]
                  externalIPs: [198.51.100.1, 198.51.100.2, "fd00::99"]
                  ports:
                    - {name: http, port: 80, nodePort: 30080}
                    - {name: dns, port: 53, protocol: UDP}
                    - {name: sip, port: 5060, protocol: SCTP}
                status:
                  loadBalancer:
                    ingress:
                      - {ip: 203.0.113.1}
                      - {ip: 203.0.113.2, ipMode: VIP}
                      - {ip: 203.0.113.3, ipMode: Proxy}
                      - {hostname: lb.example.org}
                """)
            .getFirst();
    Differences differences = rules.put(service);
    assertThat(Shown.services(rules))
        .containsExactly(
            "shop/web:dns: UDP 10.96.0.1:53 UDP 203.0.113.1:53 UDP 203.0.113.2:53"
                + " UDP 198.51.100.1:53 UDP 198.51.100.2:53 -> REJECT",
            "shop/web:http: TCP 10.96.0.1:80 TCP 203.0.113.1:80 TCP 203.0.113.2:80"
                + " TCP 198.51.100.1:80 TCP 198.51.100.2:80 TCP 192.0.2.7:30080 -> REJECT");
    assertThat(differences.warnings())
        .containsExactly(
            "Service shop/web: its external address fd00:0:0:0:0:0:0:99 is left out, since its"
                + " clusterIPs are of another family",
            "Service shop/web: its port sip is SCTP, which is not balanced: it is left out");
    assertThat(rules.put(service)).isEqualTo(Differences.NONE);
    assertThat(rules.warnings()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{name: web}, spec: {clusterIP: None, clusterIPs: [None], ports: [{port: 80}]}",
        "{name: web}, spec: {clusterIP: None, ports: [{port: 80}]}",
        "{name: web}, spec: {clusterIPs: [None], ports: [{port: 80}]}",
        "{name: web}, spec: {ports: [{port: 80}]}",
        "{name: web}, spec: {type: ExternalName, externalName: a.example}",
        "{name: web, labels: {service.kubernetes.io/service-proxy-name: x}},"
            + " spec: {clusterIPs: [10.96.0.1], ports: [{port: 80}]}",
      })
  void shouldPassOverWhatHasNoVirtualAddressOrIsNotOurs(String rest) throws Exception {
    Map<?, ?> object =
        Written.yaml("{apiVersion: v1, kind: Service, metadata: %s}".formatted(rest)).getFirst();
    assertThat(rules.put(object)).isEqualTo(Differences.NONE);
    assertThat(shown(Written.slice(Written.endpoint("10.0.0.1")))).isEmpty();
  }

  @Test
  void shouldPassOverSlicesThatAreNotForProxies() throws Exception {
    String slice =
        "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: %s, metadata:"
            + " {name: a, labels: {%s}}, ports: [{port: 1}], endpoints: [{addresses: [%s]}]}";
    String ours = "kubernetes.io/service-name: web";
    assertThat(
            shown(
                Written.web(""),
                Written.yaml(slice.formatted("FQDN", ours, "a.example")).getFirst(),
                Written.yaml(
                        slice.formatted(
                            "IPv4", ours + ", service.kubernetes.io/headless: ''", "10.0.0.1"))
                    .getFirst(),
                Written.yaml(
                        slice.formatted(
                            "IPv4",
                            ours + ", service.kubernetes.io/service-proxy-name: x",
                            "10.0.0.1"))
                    .getFirst(),
                Written.yaml(slice.formatted("IPv4", "", "10.0.0.1")).getFirst()))
        .containsExactly("default/web: TCP 10.96.0.1:80 -> REJECT");
  }

  @Test
  void shouldPassOverOtherKinds() throws Exception {
    assertThat(rules.put(Map.of("kind", "Pod"))).isEqualTo(Differences.NONE);
    assertThat(rules.put(Map.of())).isEqualTo(Differences.NONE);
    assertThat(rules.remove(Map.of("kind", "Pod"))).isEqualTo(Differences.NONE);
  }

  @Test
  void shouldRestrictTheAddressesOfALoadBalancer() throws Exception {
    Map<?, ?> service =
        Written.yaml(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec:
                  type: LoadBalancer
                  clusterIPs: [10.96.0.1]
                  externalIPs: [203.0.113.1, 198.51.100.1]
                  loadBalancerSourceRanges: [" 10.1.2.3/8 ", 192.0.2.0/24, "fd00::/8"]
                  ports: [{port: 80}]
                status: {loadBalancer: {ingress: [{ip: 203.0.113.1}]}}
                """)
            .getFirst();
    assertThat(shown(service))
        .containsExactly(
            "default/web: TCP 10.96.0.1:80 TCP 198.51.100.1:80 -> REJECT",
            "default/web/load-balancer: TCP 203.0.113.1:80 -> REJECT");
    Map<String, Service> services = rules.table().byName();
    assertThat(services.get("default/web"))
        .extracting(s -> s.behaviour().sources())
        .isEqualTo(List.of());
    assertThat(services.get("default/web/load-balancer"))
        .extracting(s -> s.behaviour().sources())
        .isEqualTo(List.of(IpText.range("10.0.0.0/8"), IpText.range("192.0.2.0/24")));
  }

  @Test
  void shouldGiveAnAddressToTheOldestOfThoseWhoAskForIt() throws Exception {
    String service =
        "{apiVersion: v1, kind: Service, metadata: {name: %s, creationTimestamp: %s},"
            + " spec: {clusterIPs: [%s], externalIPs: [198.51.100.1], ports: [{port: 80}]}}";
    Map<?, ?> old =
        Written.yaml(service.formatted("old", "2024-01-01T00:00:00Z", "10.96.0.2")).getFirst();
    Map<?, ?> late =
        Written.yaml(service.formatted("late", "'2025-01-01T00:00:00Z'", "10.96.0.1")).getFirst();
    shown(late);
    Differences differences = rules.put(old);
    assertThat(Shown.services(differences.changes().put()))
        .containsExactlyInAnyOrder(
            "default/old: TCP 10.96.0.2:80 TCP 198.51.100.1:80 -> REJECT",
            "default/late: TCP 10.96.0.1:80 -> REJECT");
    assertThat(differences.warnings())
        .containsExactly(
            "Service default/late: TCP 198.51.100.1:80 is left out, since it is the older Service"
                + " default/old that has it");

    Differences gone = rules.remove(old);
    assertThat(gone.changes().removed()).containsExactly("default/old");
    assertThat(Shown.services(gone.changes().put()))
        .containsExactly("default/late: TCP 10.96.0.1:80 TCP 198.51.100.1:80 -> REJECT");
    assertThat(rules.warnings()).isEmpty();
  }

  @Test
  void shouldFollowTheAddressesOfTheNode() throws Exception {
    shown(
        Written.service(
            "web",
            "type: NodePort, clusterIPs: [10.96.0.1], ports: [{port: 80, nodePort: 30080}]"));
    Differences differences =
        rules.setNode(
            new ProxyNode(
                "n1",
                "",
                List.of(IpText.address("10.0.0.7")),
                List.of(IpText.range("10.0.0.0/8"))));
    assertThat(Shown.services(differences.changes().put()))
        .containsExactly("default/web: TCP 10.96.0.1:80 TCP 10.0.0.7:30080 -> REJECT");
    assertThat(differences.changes().removed()).isEmpty();
  }
}
