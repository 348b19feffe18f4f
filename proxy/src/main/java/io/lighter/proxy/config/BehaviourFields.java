package io.lighter.proxy.config;

import io.lighter.proxy.service.AddressRange;
import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Ejection;
import io.lighter.proxy.service.IpText;
import io.lighter.proxy.service.Limits;
import io.lighter.proxy.service.NoEndpoint;
import io.lighter.proxy.service.ProxyHeaders;
import io.lighter.proxy.service.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads what a service does with its clients, over what holds for all services. */
final class BehaviourFields {
  static final List<String> NAMES =
      List.of(
          "balance",
          "affinity",
          "timeouts",
          "attempts",
          "limits",
          "check",
          "ejection",
          "proxyProtocol",
          "noEndpoint",
          "sources",
          "transparent",
          "turbo");

  private static final int MOST = 1_000_000_000;

  private BehaviourFields() {}

  static Behaviour read(Fields fields, Behaviour usual, Tier tier) {
    Behaviour behaviour =
        usual
            .with(fields.word("balance", Balancing.class, usual.balancing()))
            .with(fields.get("affinity").map(BehaviourFields::affinity).orElse(usual.affinity()))
            .with(
                fields
                    .get("timeouts")
                    .map(field -> timeouts(field, usual.timeouts()))
                    .orElse(usual.timeouts()))
            .withAttempts(fields.integer("attempts", 1, 1000, usual.attempts()))
            .with(
                fields
                    .get("limits")
                    .map(field -> limits(field, usual.limits()))
                    .orElse(usual.limits()))
            .with(CheckFields.read(fields, usual.check()))
            .with(
                fields
                    .get("ejection")
                    .map(field -> ejection(field, usual.ejection()))
                    .orElse(usual.ejection()))
            .with(
                fields
                    .get("proxyProtocol")
                    .map(field -> headers(field, usual.headers()))
                    .orElse(usual.headers()))
            .with(fields.word("noEndpoint", NoEndpoint.class, usual.noEndpoint()))
            .withSources(
                fields.get("sources").map(BehaviourFields::sources).orElse(usual.sources()))
            .withTransparent(fields.flag("transparent", usual.transparent()))
            .withTurbo(fields.flag("turbo", usual.turbo()));
    checkTier(fields, behaviour, tier);
    return behaviour;
  }

  /** A tier that was asked for by name must have what the service asks for. */
  private static void checkTier(Fields fields, Behaviour behaviour, Tier tier) {
    if (tier == Tier.EBPF && behaviour.balancing().countsConnections()) {
      fields
          .get("balance")
          .ifPresent(
              field ->
                  field.mistake(
                      "eBPF counts no connections: write random, round-robin or maglev, or tier:"
                          + " epoll"));
    }
    if (tier == Tier.EPOLL && behaviour.turbo()) {
      fields
          .get("turbo")
          .ifPresent(field -> field.mistake("needs eBPF: leave it out, or write tier: ebpf"));
    }
  }

  private static Affinity affinity(Field field) {
    return orNone(field, "none")
        ? Affinity.NONE
        : field
            .duration()
            .flatMap(time -> field.build(() -> new Affinity(time)))
            .orElse(Affinity.NONE);
  }

  private static Timeouts timeouts(Field field, Timeouts usual) {
    Fields fields = field.fields(List.of("connect", "idle", "flow", "drain"));
    Duration connect = fields.duration("connect", usual.connect());
    Duration idle = fields.duration("idle", usual.idle());
    Duration flow = fields.duration("flow", usual.flow());
    Duration drain = fields.duration("drain", usual.drain());
    return field.build(() -> new Timeouts(connect, idle, flow, drain)).orElse(usual);
  }

  private static Limits limits(Field field, Limits usual) {
    Fields fields = field.fields(List.of("connections", "connectionsPerEndpoint", "rate", "burst"));
    int connections = fields.integer("connections", 0, MOST, usual.connections());
    int perEndpoint =
        fields.integer("connectionsPerEndpoint", 0, MOST, usual.connectionsPerEndpoint());
    int rate = fields.integer("rate", 0, MOST, usual.rate());
    // A second's worth at once, unless it is said otherwise.
    int burst =
        fields.integer("burst", 0, MOST, fields.get("rate").isPresent() ? rate : usual.burst());
    return field.build(() -> new Limits(connections, perEndpoint, rate, burst)).orElse(usual);
  }

  private static Ejection ejection(Field field, Ejection usual) {
    if (orNone(field, "never")) {
      return Ejection.NEVER;
    }
    Fields fields = field.fields(List.of("failures", "time"));
    int failures = fields.integer("failures", 0, MOST, usual.failures());
    Duration time = fields.duration("time", usual.time());
    return field.build(() -> new Ejection(failures, time)).orElse(usual);
  }

  private static ProxyHeaders headers(Field field, ProxyHeaders usual) {
    Fields fields = field.fields(List.of("receive", "send"));
    return new ProxyHeaders(
        fields.flag("receive", usual.receive()),
        fields.word("send", ProxyHeaders.Version.class, usual.send()));
  }

  private static List<AddressRange> sources(Field field) {
    List<AddressRange> ranges = new ArrayList<>();
    for (Field item : field.list()) {
      item.parse(IpText::range).ifPresent(ranges::add);
    }
    return ranges;
  }

  /** Returns whether a field is the word that turns something off. */
  static boolean orNone(Field field, String word) {
    return field.isScalar() && field.text().filter(word::equals).isPresent();
  }
}
