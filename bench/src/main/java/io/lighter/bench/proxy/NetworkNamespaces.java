package io.lighter.bench.proxy;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Three network namespaces, client, balancer and server, with a veth pair from one to the next. The
 * balancer's forwards, so that the client can also get to the server without it.
 */
final class NetworkNamespaces implements Site {
  private static final String CLIENT = "10.77.1.2";
  private static final String FRONT = "10.77.1.1";
  private static final String BACK = "10.77.2.1";
  private static final String SERVER = "10.77.2.2";

  private final Map<Role, HeldNamespace> namespaces = new EnumMap<>(Role.class);

  private NetworkNamespaces() {}

  /** Makes them. */
  static NetworkNamespaces make() throws IOException, InterruptedException {
    NetworkNamespaces made = new NetworkNamespaces();
    boolean done = false;
    try {
      for (Role role : Role.values()) {
        made.namespaces.put(role, HeldNamespace.make());
      }
      made.link(Role.CLIENT, CLIENT, FRONT);
      made.link(Role.SERVER, SERVER, BACK);
      made.run(Role.CLIENT, "ip route add default via " + FRONT);
      made.run(Role.SERVER, "ip route add default via " + BACK);
      done = true;
      return made;
    } finally {
      if (!done) {
        made.close();
      }
    }
  }

  /** From one of the outer ones to the balancer's. */
  private void link(Role outer, String outerAddress, String innerAddress)
      throws IOException, InterruptedException {
    String inner = outer == Role.CLIENT ? "front" : "back";
    run(
        outer,
        "ip link add name wire type veth peer name %s netns %d"
            .formatted(inner, of(Role.BALANCER).pid()));
    run(outer, "ip addr add " + outerAddress + "/24 dev wire && ip link set wire up");
    run(
        Role.BALANCER,
        "ip addr add %2$s/24 dev %1$s && ip link set %1$s up".formatted(inner, innerAddress));
  }

  private void run(Role role, String script) throws IOException, InterruptedException {
    of(role).run(script);
  }

  private HeldNamespace of(Role role) {
    HeldNamespace namespace = namespaces.get(role);
    if (namespace == null) {
      throw new IllegalStateException("there is no namespace of the " + role);
    }
    return namespace;
  }

  @Override
  public String description() {
    return "client, balancer and server in network namespaces of their own, with veth pairs between"
        + " them; the balancer's forwards what passes it";
  }

  @Override
  public String balancerAddress() {
    return FRONT;
  }

  @Override
  public List<String> serverAddresses() {
    return List.of(SERVER);
  }

  @Override
  public List<String> prefix(Role role) {
    return of(role).prefix();
  }

  @Override
  public void close() throws IOException {
    for (HeldNamespace namespace : namespaces.values()) {
      namespace.close();
    }
  }
}
