package io.lighter.proxy.kube;

import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.IpText;
import io.lighter.proxy.service.Service;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What came of one Service object with its slices.
 *
 * @param health what load balancers are told, if they ask
 */
record Outcome(List<Service> services, List<String> warnings, Optional<HealthCheckNode> health) {
  static final Outcome NOTHING = new Outcome(List.of(), List.of(), Optional.empty());

  static Outcome of(
      KubeService service,
      List<Target> targets,
      Collection<Slice> slices,
      ProxyNode node,
      Claims claims) {
    List<Service> services = new ArrayList<>(2);
    List<String> warnings = new ArrayList<>(service.warnings());
    for (Target target : targets) {
      services.addAll(
          new Parts(service, target, slices, node)
              .services(frontend -> isOurs(service, frontend, claims, warnings)));
    }
    Optional<HealthCheckNode> health =
        service.healthCheckPort() == 0
            ? Optional.empty()
            : Optional.of(
                new HealthCheckNode(
                    service.healthCheckPort(),
                    service.key().namespace(),
                    service.key().name(),
                    localReady(service, slices, node)));
    return new Outcome(services, warnings, health);
  }

  private static boolean isOurs(
      KubeService service, Frontend frontend, Claims claims, List<String> warnings) {
    ServiceKey holder = claims.holder(frontend);
    if (service.key().equals(holder)) {
      return true;
    }
    warnings.add(
        "Service %s: %s %s is left out, since it is the older Service %s that has it"
            .formatted(service.key(), frontend.transport(), IpText.of(frontend.address()), holder));
    return false;
  }

  private static int localReady(KubeService service, Collection<Slice> slices, ProxyNode node) {
    Set<InetAddress> addresses = new HashSet<>();
    for (Slice slice : slices) {
      for (Slice.Member member : slice.members()) {
        if ((member.ready() || service.publishNotReady())
            && !node.name().isEmpty()
            && member.node().equals(node.name())) {
          addresses.add(member.address());
        }
      }
    }
    return addresses.size();
  }

  /** Adds what is other than it was before. */
  void addDifferences(
      Outcome before, List<Service> changed, List<String> removed, List<String> warned) {
    for (Service service : services) {
      if (!before.services.contains(service)) {
        changed.add(service);
      }
    }
    for (Service old : before.services) {
      if (services.stream().noneMatch(s -> s.name().equals(old.name()))) {
        removed.add(old.name());
      }
    }
    for (String warning : warnings) {
      if (!before.warnings.contains(warning)) {
        warned.add(warning);
      }
    }
  }
}
