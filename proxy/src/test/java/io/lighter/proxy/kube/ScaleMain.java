package io.lighter.proxy.kube;

import io.lighter.proxy.service.Service;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How long 10,000 services with 10 endpoints each take from their objects to the table, and how
 * long a change of one endpoint takes then. Run by hand: {@code java -cp ...
 * io.lighter.proxy.kube.ScaleMain}; the first rounds are those of a JVM that has just begun.
 */
final class ScaleMain {
  private static final int SERVICES = 10_000;
  private static final int ENDPOINTS = 10;
  private static final int CHANGES = 10_000;

  private ScaleMain() {}

  public static void main(String[] arguments) throws MalformedObjectException {
    List<Map<?, ?>> objects = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      objects.add(service(i));
      objects.add(slice(i, ENDPOINTS, true));
    }
    ServiceProxyRules rules = rules();
    for (int round = 1; round <= 10; round++) {
      rules = rules();
      long begin = cpu();
      int made = rules.replace(objects).changes().put().size();
      System.out.printf("round %d: %d services in %.1f ms%n", round, made, millis(begin));
    }
    long begin = cpu();
    List<Service> table = rules.table().services();
    System.out.printf("a table of %d: %.1f ms%n", table.size(), millis(begin));
    begin = cpu();
    rules.replace(objects);
    System.out.printf("all objects again, unchanged: %.1f ms%n", millis(begin));
    changes(rules, ENDPOINTS);
    rules.put(slice(0, 1000, true));
    changes(rules, 1000);
  }

  private static void changes(ServiceProxyRules rules, int endpoints)
      throws MalformedObjectException {
    double[] micros = new double[CHANGES];
    for (int i = 0; i < CHANGES; i++) {
      int number = endpoints == ENDPOINTS ? 1 + i % (SERVICES - 1) : 0;
      Map<?, ?> slice = slice(number, endpoints, i / SERVICES % 2 == 1 || i % 2 == 1);
      long begin = cpu();
      rules.put(slice);
      micros[i] = 1000 * millis(begin);
    }
    System.out.printf("first change with %d endpoints: %.1f us%n", endpoints, micros[0]);
    Arrays.sort(micros);
    System.out.printf(
        "change of one of %d endpoints: p50 %.1f us, p99 %.1f us, most %.1f us%n",
        endpoints, micros[CHANGES / 2], micros[CHANGES * 99 / 100], micros[CHANGES - 1]);
  }

  private static ServiceProxyRules rules() {
    return new ServiceProxyRules(new ProxyNode("n1"), ServiceProxyRules.USUAL);
  }

  /** CPU time, so that what else the machine does counts less. */
  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double millis(long begin) {
    return (cpu() - begin) / 1e6;
  }

  private static Map<?, ?> service(int number) {
    return Map.of(
        "kind",
        "Service",
        "apiVersion",
        "v1",
        "metadata",
        Map.of("name", "s" + number, "namespace", "default"),
        "spec",
        Map.of(
            "clusterIPs", List.of("10.96.%d.%d".formatted(number / 250, number % 250)),
            "ports", List.of(Map.of("name", "http", "port", 80, "protocol", "TCP"))));
  }

  private static Map<?, ?> slice(int number, int endpoints, boolean lastIsReady) {
    List<Map<?, ?>> list = new ArrayList<>();
    for (int i = 0; i < endpoints; i++) {
      list.add(
          Map.of(
              "addresses",
                  List.of("10.%d.%d.%d".formatted(number / 250, number % 250 + i / 250, i % 250)),
              "conditions",
                  Map.of(
                      "ready",
                      i < endpoints - 1 || lastIsReady,
                      "serving",
                      true,
                      "terminating",
                      false),
              "nodeName", "n" + i));
    }
    return Map.of(
        "kind",
        "EndpointSlice",
        "apiVersion",
        "discovery.k8s.io/v1",
        "addressType",
        "IPv4",
        "metadata",
        Map.of(
            "name",
            "s" + number + "-1",
            "namespace",
            "default",
            "labels",
            Map.of("kubernetes.io/service-name", "s" + number)),
        "ports",
        List.of(Map.of("name", "http", "port", 8080, "protocol", "TCP")),
        "endpoints",
        list);
  }
}
