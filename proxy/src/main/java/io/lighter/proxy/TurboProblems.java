package io.lighter.proxy;

import io.lighter.proxy.ebpf.Eligibility;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to say of services whose connections are to skip TCP (turbo), and do not. */
final class TurboProblems {
  private TurboProblems() {}

  /** Of a balancer without the kernel. */
  static List<String> withoutKernel(Collection<Service> put) {
    return wanting(put).stream().map(service -> leftOut(service, "it needs eBPF")).toList();
  }

  /**
   * Of one with it.
   *
   * @param others which services the kernel does not balance, and why
   * @param obstacle why it lets none skip TCP; null when it does
   */
  static List<String> of(
      Collection<Service> put, Map<String, Eligibility> others, @Nullable String obstacle) {
    List<Service> wanting = wanting(put);
    if (obstacle != null) {
      return wanting.stream().map(service -> leftOut(service, obstacle)).toList();
    }
    return wanting.stream()
        .filter(service -> others.containsKey(service.name()))
        .map(
            service ->
                leftOut(service, "the kernel cannot balance it, " + others.get(service.name())))
        .toList();
  }

  private static String leftOut(Service service, String why) {
    return "service %s: turbo is left out: %s".formatted(service.name(), why);
  }

  private static List<Service> wanting(Collection<Service> services) {
    return services.stream()
        .filter(service -> service.behaviour().turbo() && service.transport() == Transport.TCP)
        .toList();
  }
}
