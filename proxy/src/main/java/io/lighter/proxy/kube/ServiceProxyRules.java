package io.lighter.proxy.kube;

import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.ServiceTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Computes the services of a node from Service and EndpointSlice objects, as kube-proxy does. An
 * object that comes, changes or goes costs as much as its own service has endpoints, however many
 * services there are; and the order in which objects come makes no difference.
 *
 * <p>Objects are trees of {@link Map}, {@link List}, {@link String}, {@link Number}, {@link
 * Boolean} and null, as readers of JSON and YAML make them; they are not kept. Objects of other
 * kinds are passed over. Not thread-safe.
 *
 * <p>The names of the services are {@code NAMESPACE/NAME:PORT}, or {@code NAMESPACE/NAME} for a
 * port without a name, then {@code /ipv6} for that family, and then {@code /external} or {@code
 * /load-balancer} for addresses that are treated in another way than the cluster's.
 */
public final class ServiceProxyRules {
  /** By chance, as kube-proxy. */
  public static final Behaviour USUAL = Behaviour.DEFAULT.with(Balancing.RANDOM);

  private record SliceKey(String namespace, String name) {}

  /** A service and its addresses on this node. */
  private record Known(KubeService service, List<Target> targets) {}

  /** The objects that came, malformed ones too. */
  private record Seen(Set<ServiceKey> services, Set<SliceKey> slices) {
    Seen() {
      this(new HashSet<>(), new HashSet<>());
    }
  }

  private final ServiceObjectReader reader;
  private final Map<ServiceKey, Known> services = new HashMap<>();
  private final Map<ServiceKey, TreeMap<String, Slice>> slices = new HashMap<>();
  private final Map<SliceKey, ServiceKey> owners = new HashMap<>();
  private final Map<ServiceKey, Outcome> outcomes = new HashMap<>();
  private final Claims claims = new Claims();
  private ProxyNode node;

  /**
   * Makes rules without any object.
   *
   * @param usual what a Service object does not say
   */
  public ServiceProxyRules(ProxyNode node, Behaviour usual) {
    this.node = node;
    this.reader = new ServiceObjectReader(usual);
  }

  /**
   * Takes an object that is new or has changed.
   *
   * @throws MalformedObjectException when it breaks the rules of its kind; all is as it was before
   */
  public Differences put(Map<?, ?> object) throws MalformedObjectException {
    Set<ServiceKey> touched = new LinkedHashSet<>();
    take(object, touched, new Seen());
    return update(touched, List.of());
  }

  /**
   * Takes an object that is gone. Only its kind, name and namespace count.
   *
   * @throws MalformedObjectException when it has no name
   */
  public Differences remove(Map<?, ?> object) throws MalformedObjectException {
    Set<ServiceKey> touched = new LinkedHashSet<>();
    removeObject(object, touched);
    return update(touched, List.of());
  }

  private void removeObject(Map<?, ?> object, Set<ServiceKey> touched)
      throws MalformedObjectException {
    String kind = kind(object);
    if (kind.equals(ServiceObjectReader.KIND)) {
      Metadata metadata = Metadata.read(kind, object);
      removeService(new ServiceKey(metadata.namespace(), metadata.name()), touched);
    } else if (kind.equals(SliceObjectReader.KIND)) {
      Metadata metadata = Metadata.read(kind, object);
      removeSlice(new SliceKey(metadata.namespace(), metadata.name()), touched);
    }
  }

  /**
   * Takes what has become of files. A malformed object is told among the errors; if there was one
   * of its name, that one goes on.
   */
  public Differences change(ManifestChanges changes) {
    if (changes.whole()) {
      return replace(changes.put());
    }
    Set<ServiceKey> touched = new LinkedHashSet<>();
    List<String> errors = new ArrayList<>();
    for (Map<?, ?> object : changes.removed()) {
      try {
        removeObject(object, touched);
      } catch (MalformedObjectException e) {
        errors.add(String.valueOf(e.getMessage()));
      }
    }
    for (Map<?, ?> object : changes.put()) {
      try {
        take(object, touched, new Seen());
      } catch (MalformedObjectException e) {
        errors.add(String.valueOf(e.getMessage()));
      }
    }
    return update(touched, errors);
  }

  /**
   * Takes all objects that there are now: those that it had and that are not among them are gone. A
   * malformed one is told among the errors; if there was one of its name, that one goes on.
   */
  public Differences replace(Collection<? extends Map<?, ?>> objects) {
    Set<ServiceKey> touched = new LinkedHashSet<>();
    Seen seen = new Seen();
    List<String> errors = new ArrayList<>();
    for (Map<?, ?> object : objects) {
      try {
        take(object, touched, seen);
      } catch (MalformedObjectException e) {
        errors.add(String.valueOf(e.getMessage()));
        see(object, seen);
      }
    }
    List.copyOf(services.keySet()).stream()
        .filter(key -> !seen.services().contains(key))
        .forEach(key -> removeService(key, touched));
    List.copyOf(owners.keySet()).stream()
        .filter(key -> !seen.slices().contains(key))
        .forEach(key -> removeSlice(key, touched));
    return update(touched, errors);
  }

  private static void see(Map<?, ?> object, Seen seen) {
    try {
      Metadata metadata = Metadata.read(kind(object), object);
      if (kind(object).equals(ServiceObjectReader.KIND)) {
        seen.services().add(new ServiceKey(metadata.namespace(), metadata.name()));
      } else {
        seen.slices().add(new SliceKey(metadata.namespace(), metadata.name()));
      }
    } catch (MalformedObjectException e) {
      // It has no name, so that there is none that it could be.
    }
  }

  /** Computes for a node of other properties, or for another node. */
  public Differences setNode(ProxyNode other) {
    Set<ServiceKey> touched = new LinkedHashSet<>(services.keySet());
    List<Known> all = List.copyOf(services.values());
    all.forEach(known -> removeService(known.service().key(), touched));
    node = other;
    all.forEach(known -> addService(known.service(), touched));
    return update(touched, List.of());
  }

  /** Returns all services, by their names. Costs as much as there are. */
  public ServiceTable table() {
    Map<String, Service> sorted = new TreeMap<>();
    outcomes.values().forEach(o -> o.services().forEach(s -> sorted.put(s.name(), s)));
    return new ServiceTable(List.copyOf(sorted.values()));
  }

  /** Returns what is passed over now, in alphabetical order. */
  public List<String> warnings() {
    return outcomes.values().stream().flatMap(o -> o.warnings().stream()).sorted().toList();
  }

  /** Returns what load balancers are told, by the names of the Service objects. */
  public List<HealthCheckNode> healthChecks() {
    Map<ServiceKey, HealthCheckNode> sorted = new TreeMap<>();
    outcomes.forEach((key, o) -> o.health().ifPresent(health -> sorted.put(key, health)));
    return List.copyOf(sorted.values());
  }

  /** Returns what load balancers are told about one service; empty when they do not ask. */
  public Optional<HealthCheckNode> healthCheck(String namespace, String name) {
    Outcome outcome = outcomes.get(new ServiceKey(namespace, name));
    return outcome == null ? Optional.empty() : outcome.health();
  }

  private static String kind(Map<?, ?> object) {
    return object.get("kind") instanceof String kind ? kind : "";
  }

  private void take(Map<?, ?> object, Set<ServiceKey> touched, Seen seen)
      throws MalformedObjectException {
    switch (kind(object)) {
      case ServiceObjectReader.KIND -> {
        KubeService service = reader.read(object);
        seen.services().add(service.key());
        Known before = services.get(service.key());
        if (before == null || !before.service().equals(service)) {
          removeService(service.key(), touched);
          addService(service, touched);
        }
      }
      case SliceObjectReader.KIND -> {
        Slice slice = SliceObjectReader.read(object);
        SliceKey key = new SliceKey(slice.namespace(), slice.name());
        seen.slices().add(key);
        takeSlice(key, slice, touched);
      }
      default -> {}
    }
  }

  private void addService(KubeService service, Set<ServiceKey> touched) {
    Known known = new Known(service, Target.of(service, node));
    services.put(service.key(), known);
    touched.add(service.key());
    for (Target target : known.targets()) {
      target.frontends().keySet().forEach(f -> claims.add(f, service, touched));
    }
  }

  private void removeService(ServiceKey key, Set<ServiceKey> touched) {
    Known known = services.remove(key);
    if (known != null) {
      touched.add(key);
      for (Target target : known.targets()) {
        target.frontends().keySet().forEach(f -> claims.remove(f, known.service(), touched));
      }
    }
  }

  private void takeSlice(SliceKey key, Slice slice, Set<ServiceKey> touched) {
    ServiceKey service = slice.service();
    if (service == null || !service.equals(owners.get(key))) {
      removeSlice(key, touched);
    }
    if (service != null) {
      owners.put(key, service);
      Slice before = slices.computeIfAbsent(service, k -> new TreeMap<>()).put(slice.name(), slice);
      if (!slice.equals(before)) {
        touched.add(service);
      }
    }
  }

  private void removeSlice(SliceKey key, Set<ServiceKey> touched) {
    ServiceKey service = owners.remove(key);
    if (service != null) {
      touched.add(service);
      slices.computeIfPresent(
          service,
          (k, all) -> {
            all.remove(key.name());
            return all.isEmpty() ? null : all;
          });
    }
  }

  private Differences update(Set<ServiceKey> touched, List<String> errors) {
    if (touched.isEmpty() && errors.isEmpty()) {
      return Differences.NONE;
    }
    List<Service> changed = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (ServiceKey key : touched) {
      Known known = services.get(key);
      Outcome before = outcomes.getOrDefault(key, Outcome.NOTHING);
      Outcome after =
          known == null
              ? Outcome.NOTHING
              : Outcome.of(
                  known.service(),
                  known.targets(),
                  slices.getOrDefault(key, new TreeMap<>()).values(),
                  node,
                  claims);
      if (after.equals(Outcome.NOTHING)) {
        outcomes.remove(key);
      } else {
        outcomes.put(key, after);
      }
      after.addDifferences(before, changed, removed, warnings);
    }
    return new Differences(new ServiceChanges(changed, removed), warnings, errors);
  }
}
