package io.lighter.bench.proxy;

import io.lighter.bench.machine.Command;
import io.lighter.bench.report.ProxyData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Destination NAT by a map of nftables, as kube-proxy has it, in the balancer's namespace; never in
 * the machine's own.
 *
 * @param version of nft
 */
record Nftables(String version) implements ProxySubject {
  @Override
  public String name() {
    return "nftables";
  }

  @Override
  public String description() {
    return version + ", a map from port to server in a `dnat` rule of the balancer's namespace";
  }

  @Override
  public boolean isAt(String site) {
    return site.equals(ProxyData.NAMESPACES);
  }

  /** What passes its namespace is tracked, be it translated or not. */
  @Override
  public boolean isAlone() {
    return true;
  }

  @Override
  public Balancer start(Programs programs, Site site, Path folder, List<Route> routes)
      throws IOException, InterruptedException {
    Path rules = folder.resolve("rules.nft");
    Files.writeString(rules, rules(routes));
    nft(site, "-f", rules.toString());
    return new Balancer() {
      @Override
      public void close() throws IOException {
        try {
          nft(site, "delete", "table", "ip", "bench");
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    };
  }

  private static void nft(Site site, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(site.prefix(Site.Role.BALANCER));
    command.add("nft");
    command.addAll(List.of(arguments));
    Command.silently(command);
  }

  /** One endpoint a route: the first. */
  static String rules(List<Route> routes) {
    String map =
        routes.stream()
            .map(route -> route.port() + " : " + route.backs().getFirst().replace(":", " . "))
            .collect(Collectors.joining(", "));
    return """
    table ip bench {
      chain arriving {
        type nat hook prerouting priority dstnat;
        ip daddr %s dnat ip addr . port to tcp dport map { %s }
      }
    }
    """
        .formatted(routes.getFirst().address(), map);
  }
}
