package io.lighter.proxy.ebpf;

/** A process that balances a service with turbo until it is killed. */
final class TurboOwner {
  private TurboOwner() {}

  /** Takes the cgroup, and the port of an endpoint on loopback. */
  public static void main(String[] arguments) throws InterruptedException {
    ConnectBalancer balancer = BalancerFixture.own(arguments[0]);
    int port = Integer.parseInt(arguments[1]);
    balancer.apply(
        BalancerFixture.table(TurboTest.turbo("rpc", BalancerFixture.VIP, "127.0.0.1", port)));
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
  }
}
