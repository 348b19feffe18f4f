package io.lighter.proxy.kube;

import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The endpoints of one port of a service in one family, and which of them take connections.
 *
 * <p>Ready ones do; when there are none, those that serve while they terminate. An endpoint that
 * terminates keeps its TCP connections until it is gone, and its UDP flows while it serves.
 */
final class EndpointChoice {
  /** What a slice says about an endpoint; its bytes are kept since sorting asks often. */
  private static final class Candidate {
    /** The better of two that slices say about one endpoint. */
    static final Comparator<Candidate> QUALITY =
        Comparator.<Candidate, Boolean>comparing(c -> c.member.ready())
            .thenComparing(c -> c.member.serving())
            .thenComparing(c -> !c.member.terminating());

    static final Comparator<Candidate> ORDER =
        Comparator.<Candidate, byte[]>comparing(c -> c.bytes, Arrays::compareUnsigned)
            .thenComparingInt(c -> c.address.getPort());

    final InetSocketAddress address;
    final Slice.Member member;
    private final byte[] bytes;

    Candidate(InetSocketAddress address, Slice.Member member) {
      this.address = address;
      this.member = member;
      this.bytes = member.address().getAddress();
    }
  }

  private final List<Candidate> candidates;
  private final boolean publishNotReady;
  private final Transport transport;
  private final ProxyNode node;

  /**
   * Collects them.
   *
   * @param slices all of the service, in an order that does not depend on when they came
   */
  EndpointChoice(KubeService service, Target target, Collection<Slice> slices, ProxyNode node) {
    this.publishNotReady = service.publishNotReady();
    this.transport = target.port().transport();
    this.node = node;
    this.candidates = candidates(target, slices);
  }

  private List<Candidate> candidates(Target target, Collection<Slice> slices) {
    Map<InetSocketAddress, Candidate> all = new HashMap<>();
    for (Slice slice : slices) {
      for (Slice.Port port : slice.ports()) {
        if (slice.family() != target.family()
            || port.transport() != target.port().transport()
            || !port.name().equals(target.port().name())) {
          continue;
        }
        for (Slice.Member member : slice.members()) {
          InetSocketAddress address = new InetSocketAddress(member.address(), port.number());
          all.merge(address, new Candidate(address, member), this::better);
        }
      }
    }
    List<Candidate> sorted = new ArrayList<>(all.values());
    sorted.sort(Candidate.ORDER);
    return sorted;
  }

  /** An endpoint that moves to another slice is in both for a while. */
  private Candidate better(Candidate first, Candidate second) {
    if (isLocal(first) != isLocal(second)) {
      return isLocal(first) ? first : second;
    }
    return Candidate.QUALITY.compare(second, first) > 0 ? second : first;
  }

  /** Returns whether any endpoint on any node could take a connection. */
  boolean isAnyUsable() {
    return candidates.stream().anyMatch(c -> isReady(c) || isServingToTheEnd(c));
  }

  /** Returns those for clients of this node by the policy Cluster. */
  List<Endpoint> cluster() {
    return choose(candidates, hinted());
  }

  /** Returns those by the policy Local. Hints do not count there. */
  List<Endpoint> local() {
    return choose(candidates.stream().filter(this::isLocal).toList(), candidate -> true);
  }

  private List<Endpoint> choose(List<Candidate> from, Predicate<Candidate> meant) {
    boolean ready = from.stream().anyMatch(this::isReady);
    List<Endpoint> chosen = new ArrayList<>(from.size());
    for (Candidate candidate : from) {
      boolean takesNew =
          ready ? isReady(candidate) && meant.test(candidate) : isServingToTheEnd(candidate);
      boolean keeps =
          candidate.member.terminating()
              && (transport == Transport.TCP || candidate.member.serving());
      if (takesNew || keeps) {
        chosen.add(new Endpoint(candidate.address, 1, !takesNew));
      }
    }
    return chosen;
  }

  /**
   * Returns who is meant for clients of this node by the hints. They count when each ready endpoint
   * has some, and some are for us; those for nodes before those for zones.
   */
  private Predicate<Candidate> hinted() {
    boolean allForNodes = true;
    boolean allForZones = true;
    boolean ourNode = false;
    boolean ourZone = false;
    for (Candidate candidate : candidates) {
      if (isReady(candidate)) {
        allForNodes &= !candidate.member.nodes().isEmpty();
        allForZones &= !candidate.member.zones().isEmpty();
        ourNode |= isForOurNode(candidate);
        ourZone |= isForOurZone(candidate);
      }
    }
    if (allForNodes && ourNode) {
      return this::isForOurNode;
    }
    return allForZones && ourZone ? this::isForOurZone : candidate -> true;
  }

  private boolean isForOurNode(Candidate candidate) {
    return !node.name().isEmpty() && candidate.member.nodes().contains(node.name());
  }

  private boolean isForOurZone(Candidate candidate) {
    return !node.zone().isEmpty() && candidate.member.zones().contains(node.zone());
  }

  private boolean isLocal(Candidate candidate) {
    return !node.name().isEmpty() && candidate.member.node().equals(node.name());
  }

  private boolean isReady(Candidate candidate) {
    return publishNotReady || candidate.member.ready();
  }

  private static boolean isServingToTheEnd(Candidate candidate) {
    return candidate.member.serving() && candidate.member.terminating();
  }
}
