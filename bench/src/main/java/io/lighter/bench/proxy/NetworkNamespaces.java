package io.lighter.bench.proxy;

import io.lighter.bench.machine.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Three network namespaces, client, balancer and server, with a veth pair from one to the next. The
 * balancer's forwards, so that the client can also get to the server without it.
 *
 * <p>Each is held by a process that ends when its input does, which is when this one ends, in
 * whatever way. The kernel removes the namespaces with the last process in them, and the devices
 * with the namespaces.
 */
final class NetworkNamespaces implements Site {
  private static final String CLIENT = "10.77.1.2";
  private static final String FRONT = "10.77.1.1";
  private static final String BACK = "10.77.2.1";
  private static final String SERVER = "10.77.2.2";

  /** Short connections leave ports behind for a minute, but not in 127.0.0.0/8. */
  private static final String HOLDER =
      """
      ip link set lo up &&
      echo 1 > /proc/sys/net/ipv4/ip_forward &&
      echo 1 > /proc/sys/net/ipv4/tcp_tw_reuse &&
      echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range &&
      echo ready &&
      exec cat
      """;

  private final Map<Role, Process> holders = new EnumMap<>(Role.class);

  private NetworkNamespaces() {}

  /** Makes them. */
  static NetworkNamespaces make() throws IOException, InterruptedException {
    NetworkNamespaces made = new NetworkNamespaces();
    boolean done = false;
    try {
      for (Role role : Role.values()) {
        made.hold(role);
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

  private void hold(Role role) throws IOException, InterruptedException {
    Process holder =
        new ProcessBuilder("unshare", "--net", "sh", "-c", HOLDER)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    holders.put(role, holder);
    if (!"ready".equals(holder.inputReader().readLine())) {
      throw new IOException(
          "no network namespace for the "
              + role
              + ": its message is above; `ip` is in Debian's package iproute2");
    }
  }

  /** From one of the outer ones to the balancer's. */
  private void link(Role outer, String outerAddress, String innerAddress)
      throws IOException, InterruptedException {
    String inner = outer == Role.CLIENT ? "front" : "back";
    run(
        outer,
        "ip link add name wire type veth peer name %s netns %d"
            .formatted(inner, pid(Role.BALANCER)));
    run(outer, "ip addr add " + outerAddress + "/24 dev wire && ip link set wire up");
    run(
        Role.BALANCER,
        "ip addr add %2$s/24 dev %1$s && ip link set %1$s up".formatted(inner, innerAddress));
  }

  private void run(Role role, String script) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix(role));
    command.addAll(List.of("sh", "-c", script));
    Command.silently(command);
  }

  private long pid(Role role) {
    Process holder = holders.get(role);
    if (holder == null) {
      throw new IllegalStateException("there is no namespace of the " + role);
    }
    return holder.pid();
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
    return List.of("nsenter", "--net=/proc/" + pid(role) + "/ns/net");
  }

  @Override
  public void close() throws IOException {
    for (Process holder : holders.values()) {
      holder.getOutputStream().close();
      try {
        holder.waitFor();
      } catch (InterruptedException e) {
        holder.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
