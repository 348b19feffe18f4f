package io.lighter.proxy.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A malformed object is named with its field and value, and what was there goes on. */
class MalformedObjectTest {
  private final ServiceProxyRules rules =
      new ServiceProxyRules(new ProxyNode("n1"), ServiceProxyRules.USUAL);

  private void refused(Map<?, ?> object, String message) throws MalformedObjectException {
    rules.put(Written.web(""));
    rules.put(Written.slice(Written.endpoint("10.0.0.1")));
    List<String> before = Shown.services(rules);
    assertThatExceptionOfType(MalformedObjectException.class)
        .isThrownBy(() -> rules.put(object))
        .withMessage(message);
    assertThat(Shown.services(rules)).isEqualTo(before).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "clusterIPs: [10.96.0.1, x] | spec.clusterIPs[1]: 'x' is no IP address, and host names are"
            + " not looked up",
        "clusterIP: 10.96 | spec.clusterIP is 10.96: text is expected, so quote it",
        "clusterIP: '10.96' | spec.clusterIP: '10.96' is no IPv4 address",
        "clusterIPs: [0.0.0.0] | spec.clusterIPs[0]: '0.0.0.0' is not the address of one place",
        "externalIPs: [224.0.0.1] | spec.externalIPs[0]: '224.0.0.1' is not the address of one"
            + " place",
        "type: Loadbalancer | spec.type is 'Loadbalancer': it is one of ClusterIP, NodePort,"
            + " LoadBalancer, ExternalName",
        "ports: {port: 80} | spec.ports is a mapping: a list is expected",
        "ports: [~] | spec.ports[0] is null: fields are expected",
        "externalIPs: [~] | spec.externalIPs[0] is null: text is expected",
        "ports: [80] | spec.ports[0] is 80: fields are expected",
        "ports: [{port: 70000}] | spec.ports[0].port is 70000: a number from 1 to 65535 is"
            + " expected",
        "ports: [{port: '80'}] | spec.ports[0].port is '80': a number from 1 to 65535 is expected",
        "ports: [{port: 99999999999999999999}] | spec.ports[0].port is 99999999999999999999: a"
            + " number from 1 to 65535 is expected",
        "ports: [{name: a}] | spec.ports[0].port is missing",
        "ports: [{port: 80, protocol: tcp}] | spec.ports[0].protocol is 'tcp': it is one of TCP,"
            + " UDP, SCTP",
        "ports: [{port: 80, nodePort: -1}] | spec.ports[0].nodePort is -1: a number from 0 to 65535"
            + " is expected",
        "ports: [{port: 80}, {port: 81}] | spec.ports[0].name is '': each of several ports has its"
            + " own name",
        "ports: [{name: a, port: 80}, {name: a, port: 81}] | spec.ports[1].name is 'a': each of"
            + " several ports has its own name",
        "ports: [{name: a, port: 80}, {name: b, port: 80}] | spec.ports[1].port is 80/TCP again",
        "sessionAffinity: clientIP | spec.sessionAffinity is 'clientIP': it is one of None,"
            + " ClientIP",
        "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}} |"
            + " spec.sessionAffinityConfig.clientIP.timeoutSeconds is 0: a number from 1 to 86400"
            + " is expected",
        "internalTrafficPolicy: local | spec.internalTrafficPolicy is 'local': it is one of"
            + " Cluster, Local",
        "externalTrafficPolicy: true | spec.externalTrafficPolicy is true: text is expected, so"
            + " quote it",
        "publishNotReadyAddresses: 'yes' | spec.publishNotReadyAddresses is 'yes': true or false is"
            + " expected",
        "loadBalancerSourceRanges: [10.0.0.1] | spec.loadBalancerSourceRanges[0]: '10.0.0.1' has no"
            + " prefix: write ADDRESS/BITS",
        "loadBalancerSourceRanges: [10.0.0.0/40] | spec.loadBalancerSourceRanges[0]: the prefix of"
            + " 10.0.0.0 is 40",
        "healthCheckNodePort: 66000 | spec.healthCheckNodePort is 66000: a number from 0 to 65535"
            + " is expected",
      })
  void shouldNameWhatIsWrongWithAService(String spec, String message) throws Exception {
    refused(Written.service("web", spec), "Service default/web: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "{kind: Service} | Service: metadata.name is '': small letters, digits, '-' and '.' are"
            + " expected",
        "{kind: Service, metadata: {name: A}} | Service: metadata.name is 'A': small letters,"
            + " digits, '-' and '.' are expected",
        "{kind: Service, metadata: {name: a, namespace: b/c}} | Service: metadata.namespace is"
            + " 'b/c': small letters, digits, '-' and '.' are expected",
        "{kind: Service, metadata: x} | Service: metadata is 'x': fields are expected",
        "{kind: Service, metadata: {name: a}, apiVersion: v2} | Service default/a: apiVersion is"
            + " 'v2': it is one of v1",
        "{kind: Service, metadata: {name: a, creationTimestamp: now}} | Service:"
            + " metadata.creationTimestamp is 'now': a time is expected",
        "{kind: Service, metadata: {name: a}, spec: []} | Service default/a: spec is a list: fields"
            + " are expected",
        "{kind: Service, metadata: {name: a}, status: {loadBalancer: {ingress: [{ip: x}]}}} |"
            + " Service default/a: status.loadBalancer.ingress[0].ip: 'x' is no IP address, and"
            + " host names are not looked up",
        "{kind: Service, metadata: {name: a}, status: {loadBalancer: {ingress: [{ipMode: vip}]}}} |"
            + " Service default/a: status.loadBalancer.ingress[0].ipMode is 'vip': it is one of"
            + " VIP, Proxy",
        "{kind: Service, metadata: {name: a, annotations: {proxy.lighter.io/balance: fair}}} |"
            + " Service: metadata.annotations.proxy.lighter.io/balance is 'fair': it is one of"
            + " round-robin, least-connections, random, random-two, maglev",
        "{kind: Service, metadata: {name: a, annotations: {proxy.lighter.io/turbo: true}}} |"
            + " Service: metadata.annotations.proxy.lighter.io/turbo is true: text is expected, so"
            + " quote it",
        "{kind: EndpointSlice, metadata: {name: s}, apiVersion: discovery.k8s.io/v1beta1} |"
            + " EndpointSlice default/s: apiVersion is 'discovery.k8s.io/v1beta1': it is one of"
            + " discovery.k8s.io/v1",
        "{kind: EndpointSlice, metadata: {name: s}} | EndpointSlice default/s: addressType is"
            + " missing",
        "{kind: EndpointSlice, metadata: {name: s}, addressType: IP} | EndpointSlice default/s:"
            + " addressType is 'IP': it is one of IPv4, IPv6, FQDN",
      })
  void shouldNameWhatIsWrongWithAnObject(String object, String message) throws Exception {
    refused(Written.yaml(object).getFirst(), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "{addresses: []} | addresses is empty",
        "{} | addresses is empty",
        "{addresses: ['fd00::1']} | addresses[0] is 'fd00:0:0:0:0:0:0:1': an address of an IPv4"
            + " endpoint is expected",
        "{addresses: [0.0.0.0]} | addresses[0] is '0.0.0.0': an address of an IPv4 endpoint is"
            + " expected",
        "{addresses: [pod-1]} | addresses[0]: 'pod-1' is no IP address, and host names are not"
            + " looked up",
        "{addresses: [10.0.0.2], conditions: {ready: 1}} | conditions.ready is 1: true or false is"
            + " expected",
        "{addresses: [10.0.0.2], nodeName: 7} | nodeName is 7: text is expected, so quote it",
        "{addresses: [10.0.0.2], hints: {forZones: [z1]}} | hints.forZones[0] is 'z1': fields are"
            + " expected",
      })
  void shouldNameWhatIsWrongWithAnEndpoint(String endpoint, String message) throws Exception {
    refused(
        Written.slice(Written.endpoint("10.0.0.1"), endpoint),
        "EndpointSlice default/web-1: endpoints[1]." + message);
  }

  @Test
  void shouldTellTheMalformedOnesOfManyAndTakeTheOthers() throws Exception {
    rules.put(Written.web(""));
    rules.put(Written.service("gone", "clusterIPs: [10.96.0.9], ports: [{port: 80}]"));
    Differences differences =
        rules.replace(
            List.of(
                Written.service("web", "type: none"),
                Written.service("api", "clusterIPs: [10.96.0.2], ports: [{port: 80}]"),
                Map.of("kind", "Service")));
    assertThat(differences.errors())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("Service default/web: spec.type is 'none'");
    assertThat(differences.changes().removed()).containsExactly("default/gone");
    assertThat(Shown.services(rules))
        .containsExactly(
            "default/api: TCP 10.96.0.2:80 -> REJECT", "default/web: TCP 10.96.0.1:80 -> REJECT");
  }
}
