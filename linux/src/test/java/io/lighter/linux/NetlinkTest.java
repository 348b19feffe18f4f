package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Netlink of the kernel, in network namespaces of the test. */
@RequiresRoot
@LeavesNothing(except = {Resource.CGROUP})
class NetlinkTest {
  private static final String OWN = "/proc/thread-self/ns/net";

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofShared();
  private Fd namespace = Fd.WORKING_FOLDER;

  @BeforeEach
  void makeNamespace() throws Exception {
    namespace = newNamespace();
  }

  @AfterEach
  void close() {
    namespace.close();
    arena.close();
  }

  private Fd newNamespace() throws InterruptedException, ExecutionException {
    FutureTask<Fd> making =
        new FutureTask<>(
            () -> {
              linux.processes().unshare(Sched.CLONE_NEWNET);
              return linux.files().openat(Fd.WORKING_FOLDER, OWN, Fcntl.O_RDONLY, 0);
            });
    Thread thread = Thread.ofPlatform().start(making);
    Fd made = making.get();
    thread.join();
    return made;
  }

  private NetlinkSocket route() {
    return linux.netlink().openIn(namespace, NetlinkFlags.NETLINK_ROUTE, arena);
  }

  private static Link found(@Nullable Link link) {
    return Objects.requireNonNull(link, "no such device");
  }

  @Test
  void shouldTellOfAddresses() throws Exception {
    FutureTask<List<Boolean>> listening =
        new FutureTask<>(
            () -> {
              linux.processes().setns(namespace, Sched.CLONE_NEWNET);
              try (AddressNews news = linux.netlink().addressNews()) {
                boolean before = news.take();
                try (NetlinkSocket route = route()) {
                  new Links(route).up(1);
                }
                int ready = new Polling(linux).poll(news.fd(), Polling.POLLIN, 10_000);
                boolean after = news.take();
                return List.of(before, ready == Polling.POLLIN, after, news.take());
              }
            });
    Thread.ofPlatform().start(listening);
    assertThat(listening.get()).containsExactly(false, true, true, false);
  }

  @Test
  void shouldFindDevicesOfAnotherNamespaceAndStayInItsOwn() {
    String before = linux.files().readlinkat(Fd.WORKING_FOLDER, OWN);
    try (NetlinkSocket route = route()) {
      Links links = new Links(route);
      assertThat(links.list()).contains(new Link(1, "lo", SocketFlags.IFF_LOOPBACK, 0));
      assertThat(links.byName("lo")).isEqualTo(links.byIndex(1));
      assertThat(links.byName("eth0")).isNull();
      assertThat(links.byIndex(4711)).isNull();
    }
    assertThat(linux.files().readlinkat(Fd.WORKING_FOLDER, OWN)).isEqualTo(before);
  }

  @Test
  void shouldSeeTheDevicesOfTheCallersNamespace() {
    try (NetlinkSocket route = linux.netlink().open(NetlinkFlags.NETLINK_ROUTE, arena)) {
      assertThat(found(new Links(route).byName("lo")).index()).isEqualTo(1);
    }
  }

  @Test
  void shouldBringDevicesUp() {
    try (NetlinkSocket route = route()) {
      Links links = new Links(route);
      assertThat(found(links.byName("lo")).isUp()).isFalse();
      links.up(1);
      assertThat(found(links.byName("lo")).isUp()).isTrue();
    }
  }

  @Test
  void shouldGiveAddressesAndReadThemBack() throws UnknownHostException {
    InetAddress own = InetAddress.getByName("10.9.8.7");
    InetAddress peer = InetAddress.getByName("10.9.9.1");
    InetAddress six = InetAddress.getByName("2001:db8::7");
    int noPrefixRoute = Rtnetlink.IFA_F_NOPREFIXROUTE;
    InterfaceAddress limited = new InterfaceAddress(six, 64, null, null, 0, 0, 0, 1000, 2000);
    InterfaceAddress pointToPoint =
        new InterfaceAddress(
            own,
            32,
            peer,
            null,
            0,
            noPrefixRoute | Rtnetlink.IFA_F_PERMANENT,
            77,
            InterfaceAddress.FOREVER,
            InterfaceAddress.FOREVER);
    try (NetlinkSocket route = route()) {
      Addresses addresses = new Addresses(route);
      addresses.set(1, pointToPoint);
      addresses.set(1, limited);
      addresses.set(1, limited);

      assertThat(addresses.list(1)).hasSize(2).contains(pointToPoint);
      InterfaceAddress read = addresses.list(1).getLast();
      assertThat(read.toString()).isEqualTo("2001:db8:0:0:0:0:0:7/64");
      assertThat(read.isPermanent()).isFalse();
      assertThat(read.isGlobal()).isTrue();
      assertThat(read.isTemporary()).isFalse();
      assertThat(read.preferredSeconds()).isBetween(1L, 1000L);
      assertThat(read.validSeconds()).isBetween(1000L, 2000L);
    }
  }

  @Test
  void shouldNameTheRequestThatIsRefused() throws Exception {
    try (NetlinkSocket route = route();
        Fd other = newNamespace()) {
      Links links = new Links(route);
      assertThatThrownBy(() -> links.move(found(links.byName("lo")), other, "lo7", 7))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
          .hasMessageStartingWith(
              "RTM_SETLINK(lo to another network namespace as lo7): EINVAL (Invalid argument)");
      assertThatThrownBy(() -> links.up(4711))
          .hasMessageStartingWith("RTM_SETLINK(index 4711 up): ENODEV (No such device)");
      assertThatThrownBy(() -> links.byName("a name of 17 byte"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 15 bytes");
    }
  }

  @Test
  void shouldRefuseWhatIsNoNetworkNamespace() {
    try (Fd mounts =
        linux.files().openat(Fd.WORKING_FOLDER, "/proc/self/ns/uts", Fcntl.O_RDONLY, 0)) {
      assertThatThrownBy(
              () -> linux.netlink().openIn(mounts, NetlinkFlags.NETLINK_ROUTE, arena).close())
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("setns(")
          .hasMessageContaining("CLONE_NEWNET): EINVAL");
    }
  }

  @Test
  void shouldCloseWhatItOpenedWhenASocketCannotBeSetUp() {
    WatchedSystemCalls calls =
        new WatchedSystemCalls(
            (call, earlier) -> call == SystemCall.SETSOCKOPT && earlier == 2 ? Errno.ENOMEM : 0);
    assertThatThrownBy(
            () -> new Linux(calls).netlink().open(NetlinkFlags.NETLINK_ROUTE, arena).close())
        .hasMessageContaining("ENOMEM");
    assertThat(calls.made()).last().isEqualTo("close");
  }
}
