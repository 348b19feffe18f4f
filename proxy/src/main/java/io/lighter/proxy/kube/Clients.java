package io.lighter.proxy.kube;

/** For whom services are computed. */
public enum Clients {
  /** Those who come over the network or from this machine: each policy holds as it is written. */
  ANYWHERE,
  /**
   * Processes of this node and its pods only, as eBPF at their cgroups serves them. They are inside
   * the cluster, so that {@code externalTrafficPolicy: Local} does not bind them: they may reach
   * all endpoints by an external address.
   */
  THIS_NODE
}
