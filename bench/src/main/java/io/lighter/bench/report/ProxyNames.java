package io.lighter.bench.report;

/** The subjects of {@link ProxyData} that are more than a column. */
final class ProxyNames {
  static final String TIER_ONE = "lighter";
  static final String TIER_TWO = "lighter ebpf";
  static final String PEER = "haproxy";
  static final String CEILING = "direct";

  private ProxyNames() {}
}
