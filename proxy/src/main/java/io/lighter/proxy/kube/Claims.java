package io.lighter.proxy.kube;

import io.lighter.proxy.service.Frontend;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which service has an address that several ask for: the oldest, so that nobody can take an address
 * away by asking for it too. Among those of one age the first by name.
 */
final class Claims {
  private record Claim(Instant created, ServiceKey key) {
    static final Comparator<Claim> ORDER =
        Comparator.comparing(Claim::created).thenComparing(Claim::key);
  }

  private final Map<Frontend, List<Claim>> claims = new HashMap<>();

  /**
   * Adds a claim.
   *
   * @param touched gets all who claim the address, when there are several
   */
  void add(Frontend frontend, KubeService service, Set<ServiceKey> touched) {
    Claim claim = new Claim(service.created(), service.key());
    List<Claim> before = claims.get(frontend);
    if (before == null) {
      claims.put(frontend, List.of(claim));
      return;
    }
    List<Claim> after = new ArrayList<>(before);
    int at = Collections.binarySearch(after, claim, Claim.ORDER);
    after.add(-at - 1, claim);
    claims.put(frontend, after);
    after.forEach(each -> touched.add(each.key()));
  }

  /**
   * Takes a claim back.
   *
   * @param touched gets all who claimed the address, when there were several
   */
  void remove(Frontend frontend, KubeService service, Set<ServiceKey> touched) {
    List<Claim> before = claims.getOrDefault(frontend, List.of());
    if (before.size() > 1) {
      before.forEach(each -> touched.add(each.key()));
    }
    List<Claim> after = before.stream().filter(each -> !each.key().equals(service.key())).toList();
    if (after.isEmpty()) {
      claims.remove(frontend);
    } else {
      claims.put(frontend, after);
    }
  }

  /** Returns who has an address, null for nobody. */
  @Nullable ServiceKey holder(Frontend frontend) {
    List<Claim> all = claims.get(frontend);
    return all == null ? null : all.getFirst().key();
  }
}
