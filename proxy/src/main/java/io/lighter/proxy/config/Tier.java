package io.lighter.proxy.config;

/** Which of the two ways of balancing is used. */
public enum Tier {
  /** eBPF for clients of this machine where it is permitted, and the proxy for all others. */
  AUTO,
  /** The proxy for all. */
  EPOLL,
  /** eBPF; where it is not permitted, nothing starts. */
  EBPF
}
