package io.lighter.proxy.ebpf;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;

/** A process that balances a service with turbo until it is killed. */
final class TurboOwner {
  private TurboOwner() {}

  /** Takes the cgroup, and the port of an endpoint on loopback. */
  public static void main(String[] arguments) throws InterruptedException {
    Linux linux = Linux.kernel();
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    Fd cgroup = linux.files().openat(Fd.WORKING_FOLDER, arguments[0], flags, 0);
    ConnectBalancer balancer = ConnectBalancer.open(linux, cgroup, BalancerFixture.SMALL);
    int port = Integer.parseInt(arguments[1]);
    balancer.apply(
        BalancerFixture.table(TurboTest.turbo("rpc", BalancerFixture.VIP, "127.0.0.1", port)));
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
  }
}
