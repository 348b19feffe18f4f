package io.lighter.proxy.ebpf;

import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceChanges;
import io.lighter.proxy.service.ServicePlaces;
import io.lighter.proxy.service.Transport;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The services that are known, of which those are served that tier two can take. Of one thread at a
 * time.
 */
final class ServedServices {
  private final Ledger ledger;
  private final Ejector ejector;

  /** What is to be served, as far as it can be. */
  private final ServicePlaces known = new ServicePlaces();

  private final SharedAddresses shared = new SharedAddresses();

  /** What stands in the way of known ones that are not served, by their names. */
  private final Map<String, Eligibility> obstacles = new HashMap<>();

  /** Whether all of it is served: nothing has failed. */
  private boolean isAsKnown;

  private boolean wantTurbo;
  private boolean wantEjection;

  ServedServices(Ledger ledger, Ejector ejector) {
    this.ledger = ledger;
    this.ejector = ejector;
  }

  /** Returns the names of all that are known. */
  Set<String> names() {
    return known.byName().keySet();
  }

  /** Returns whether any has ever asked for connections that skip TCP. */
  boolean wantTurbo() {
    return wantTurbo;
  }

  /** Returns whether any has ever asked for it. */
  boolean wantEjection() {
    return wantEjection;
  }

  /**
   * Serves others from now on; costs as much as changes.
   *
   * @return those that were looked at
   * @throws IllegalArgumentException when services are in each other's way; nothing has changed
   * @throws CapacityException when there is no room; the next call tries all again
   */
  Collection<Service> apply(ServiceChanges changes) {
    // A file that is read again has mostly what it had: to look at each costs more than the rest.
    ServicePlaces.Preview preview = known.preview(changes.from(known.byName()));
    known.commit(preview);
    shared.update(preview);
    boolean all = !isAsKnown;
    isAsKnown = false;
    Collection<Service> touched = all ? known.byName().values() : preview.touched();
    try {
      touched.forEach(this::serve);
      changes.removed().forEach(this::forget);
      if (all) {
        dropWhatIsNotKnown();
      }
      isAsKnown = true;
    } finally {
      ledger.flush();
    }
    return touched;
  }

  /** Returns what stands in the way of some services, by their names, of those that have any. */
  Map<String, Eligibility> obstaclesOf(Collection<Collection<Service>> some) {
    Map<String, Eligibility> found = new LinkedHashMap<>();
    for (Collection<Service> services : some) {
      for (Service service : services) {
        Eligibility obstacle = obstacles.get(service.name());
        if (obstacle != null) {
          found.put(service.name(), obstacle);
        }
      }
    }
    return found;
  }

  private void serve(Service service) {
    Eligibility eligibility = write(service.forLocalClients());
    if (eligibility.isEligible()) {
      obstacles.remove(service.name());
    } else {
      obstacles.put(service.name(), eligibility);
      drop(service.name());
    }
  }

  private Eligibility write(Service service) {
    Balanced balanced = ledger.get(service.name());
    if (balanced != null
        && service.equals(balanced.service())
        && !Eligibility.isAtAny(service, shared.addresses())) {
      return Eligibility.ELIGIBLE;
    }
    Eligibility eligibility = Eligibility.of(service, shared.addresses());
    if (eligibility.isEligible()) {
      ejector.put(service);
      boolean tcp = service.transport() == Transport.TCP;
      wantTurbo |= tcp && service.behaviour().turbo();
      wantEjection |= tcp && service.behaviour().ejection().failures() > 0;
    }
    return eligibility;
  }

  private void forget(String name) {
    obstacles.remove(name);
    drop(name);
  }

  private void dropWhatIsNotKnown() {
    for (String name : ledger.names()) {
      if (known.get(name) == null) {
        drop(name);
      }
    }
    ledger.dropOrphans();
  }

  private void drop(String name) {
    ledger.remove(name);
    ejector.forget(name);
  }
}
