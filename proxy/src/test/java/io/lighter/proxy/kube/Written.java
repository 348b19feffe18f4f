package io.lighter.proxy.kube;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Objects of Kubernetes as tests write them. */
final class Written {
  private Written() {}

  /** Reads documents of YAML. */
  static List<Map<?, ?>> yaml(String text) {
    List<Map<?, ?>> objects = new ArrayList<>();
    for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(text)) {
      if (document instanceof Map<?, ?> object) {
        objects.add(object);
      }
    }
    return objects;
  }

  /** Returns default/web at 10.96.0.1:80, with more of its spec. */
  static Map<?, ?> web(String spec) {
    return service("web", "clusterIPs: [10.96.0.1], ports: [{port: 80}], " + spec);
  }

  /** Returns a service with fields of its spec in braces. */
  static Map<?, ?> service(String name, String spec) {
    return yaml("{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {%s}}"
            .formatted(name, spec))
        .getFirst();
  }

  /** Returns a slice default/web-1 of port 8080 with endpoints in braces. */
  static Map<?, ?> slice(String... endpoints) {
    return sliceOf("web", "web-1", "ports: [{port: 8080}]", endpoints);
  }

  /** Returns a slice of a service with its ports and endpoints in braces. */
  static Map<?, ?> sliceOf(String service, String name, String ports, String... endpoints) {
    return yaml("""
    {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4,
     metadata: {name: %s, labels: {kubernetes.io/service-name: %s}}, %s, endpoints: [%s]}
    """
            .formatted(name, service, ports, String.join(",", endpoints)))
        .getFirst();
  }

  /** Returns an endpoint with more of its fields. */
  static String endpoint(String address, String fields) {
    return "{addresses: ['%s'], %s}".formatted(address, fields);
  }

  /** Returns an endpoint that is ready. */
  static String endpoint(String address) {
    return endpoint(address, "conditions: {ready: true}");
  }

  /** Returns an endpoint with conditions, each a letter: r, s, t, in capitals when it holds. */
  static String endpoint(String address, String conditions, String node) {
    return endpoint(
        address,
        "conditions: {ready: %s, serving: %s, terminating: %s}, nodeName: %s"
            .formatted(
                conditions.contains("R"),
                conditions.contains("S"),
                conditions.contains("T"),
                node));
  }

  /** Returns the kind and name of an object. */
  static String title(Map<?, ?> object) {
    Object name = object.get("metadata") instanceof Map<?, ?> metadata ? metadata.get("name") : "";
    return object.get("kind") + " " + name;
  }
}
