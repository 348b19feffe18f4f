package io.lighter.runtime.network;

import static io.lighter.linux.NetlinkFlags.NETLINK_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Link;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Netlink;
import io.lighter.linux.NetlinkSocket;
import io.lighter.runtime.spec.NetDevice;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Resource;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Virtual devices of the test's own move between network namespaces of the test's own. */
@RequiresRoot
@RequiresTool(value = "ip", debianPackage = "iproute2")
@RequiresTool(value = "nsenter", debianPackage = "util-linux")
@LeavesNothing(except = Resource.CGROUP, ignoring = "process reaper")
class NetworkDevicesTest {
  private final TestNetwork host = new TestNetwork();
  private final TestNetwork container = new TestNetwork();

  @AfterEach
  void close() {
    container.close();
    host.close();
  }

  private void move(Map<String, NetDevice> devices) {
    moveTo(container.namespace(), devices);
  }

  private void moveTo(Fd namespace, Map<String, NetDevice> devices) {
    NetworkDevices moving = new NetworkDevices(Linux.kernel());
    host.inside(
        () -> {
          moving.moveInto(namespace, devices);
          return 0;
        });
  }

  private static Map<String, NetDevice> device(String host, @Nullable String name) {
    return Map.of(host, new NetDevice(name));
  }

  private static Map<String, NetDevice> devices(@Nullable String... hostAndName) {
    Map<String, NetDevice> devices = new LinkedHashMap<>();
    for (int i = 0; i < hostAndName.length; i += 2) {
      devices.put(Objects.requireNonNull(hostAndName[i]), new NetDevice(hostAndName[i + 1]));
    }
    return devices;
  }

  private static String linkOf(TestNetwork network, String device) {
    return network.ip("-o link show dev " + device);
  }

  @Test
  void shouldMoveADevice() {
    host.veth("v0", "v1");
    host.ip("link set v0 mtu 1280 address 02:00:00:00:00:17");

    move(device("v0", null));

    assertThat(host.has("v0")).isFalse();
    assertThat(host.has("v1")).isTrue();
    assertThat(linkOf(container, "v0"))
        .contains("mtu 1280", "02:00:00:00:00:17")
        .containsPattern("<[^>]*\\bUP\\b");
  }

  @Test
  void shouldRenameADeviceThatIsUpAndKeepItsAddresses() {
    host.veth("v0", "v1");
    host.ip("link set v1 up");
    host.ip("link set v0 up");
    host.ip("address add 10.1.0.2/24 broadcast 10.1.0.255 dev v0 label v0:x");
    host.ip("address add 10.1.0.3/24 metric 500 dev v0");
    host.ip("address add 10.2.0.1 peer 10.2.0.9/32 dev v0");
    host.ip("address add 2001:db8::2/64 dev v0 nodad");

    move(device("v0", "eth0"));

    assertThat(host.has("v0")).isFalse();
    assertThat(container.addresses("eth0"))
        .containsExactly("10.1.0.2/24", "10.2.0.1", "10.1.0.3/24", "2001:db8::2/64");
    String shown = container.ip("-d address show dev eth0");
    assertThat(shown)
        .contains("brd 10.1.0.255", "peer 10.2.0.9/32", "metric 500", "nodad")
        .containsPattern("<[^>]*\\bUP\\b");
    assertThat(container.ip("route")).contains("10.1.0.0/24 dev eth0");
  }

  @Test
  void shouldLeaveAddressesBehindThatAreOfTheHostOnly() {
    host.veth("v0", "v1");
    host.ip("address add 10.1.0.2/24 dev v0 valid_lft 4000 preferred_lft 3000");
    host.ip("address add 10.1.1.2/24 dev v0 scope link");
    host.ip("address add 10.1.2.2/24 dev v0");

    move(device("v0", null));

    assertThat(container.ip("-o -4 address show dev v0"))
        .contains("10.1.2.2/24")
        .doesNotContain("10.1.0.2", "10.1.1.2");
  }

  @Test
  void shouldMoveSeveralAndExchangeTheirNames() {
    host.veth("a0", "a1");
    host.veth("b0", "b1");
    host.ip("address add 10.1.0.1/24 dev a0");
    host.ip("address add 10.1.1.1/24 dev b0");

    move(devices("a0", "b0", "b0", "a0"));

    assertThat(container.addresses("b0")).containsExactly("10.1.0.1/24");
    assertThat(container.addresses("a0")).containsExactly("10.1.1.1/24");
  }

  @Test
  void shouldLetTheKernelNumberDevices() {
    container.veth("eth0", "eth1");
    host.veth("v0", "v1");

    move(devices("v0", "eth%d", "v1", "eth%d"));

    assertThat(container.has("eth2")).isTrue();
    assertThat(container.has("eth3")).isTrue();
  }

  @Test
  void shouldKeepTheIndexWhereItIsFree() {
    container.veth("c0", "c1");
    host.veth("v0", "v1");
    host.veth("w0", "w1");
    String free = linkOf(host, "w0").split(":", 2)[0];

    move(devices("v0", null, "w0", null));

    assertThat(linkOf(container, "w0")).startsWith(free + ":");
    assertThat(container.has("v0")).isTrue();
  }

  @Test
  void shouldFindADeviceByItsAlternativeName() {
    host.veth("v0", "v1");
    host.ip("link property add dev v0 altname a-name-of-old");

    move(device("a-name-of-old", null));

    assertThat(container.has("v0")).isTrue();
  }

  @Test
  void shouldRefuseADeviceThatDoesNotExist() {
    assertThatThrownBy(() -> move(device("eth7", "eth0")))
        .isInstanceOfSatisfying(
            NetworkDeviceException.class,
            e -> assertThat(e.field()).isEqualTo("linux.netDevices[eth7]"))
        .hasMessageContaining("has no device \"eth7\"");
  }

  @Test
  void shouldRefuseNamesThatNoDeviceCanHave() {
    host.veth("v0", "v1");
    String[] invalid = {"", ".", "..", "a/b", "a:b", "a b", "a\nb", "0123456789abcdef", "a\0b"};
    for (String name : invalid) {
      assertThatThrownBy(() -> move(device("v0", name)))
          .as(name)
          .isInstanceOf(NetworkDeviceException.class)
          .hasMessageStartingWith("linux.netDevices[v0].name: ")
          .hasMessageContaining("cannot be the name of a network device");
      assertThatThrownBy(() -> move(device(name, "v")))
          .as(name)
          .hasMessageContaining("cannot be the name of a network device");
    }
    for (String pattern : new String[] {"eth%", "eth%s", "%d%d", "100%"}) {
      assertThatThrownBy(() -> move(device("v0", pattern)))
          .as(pattern)
          .hasMessageContaining("cannot be the name of a network device");
    }
    assertThat(host.has("v0")).isTrue();
  }

  @Test
  void shouldRefuseANameThatIsTaken() {
    host.veth("v0", "v1");
    container.veth("eth0", "eth1");
    for (String taken : new String[] {"eth0", "lo"}) {
      assertThatThrownBy(() -> move(device("v0", taken)))
          .isInstanceOf(NetworkDeviceException.class)
          .hasMessageStartingWith("linux.netDevices[v0]: ")
          .hasMessageContaining("has a device \"" + taken + "\" already");
    }
    assertThatThrownBy(() -> move(devices("v0", "x", "v1", "x")))
        .hasMessageStartingWith("linux.netDevices[v1]: another device shall be \"x\"");
    assertThat(host.has("v0")).isTrue();
  }

  @Test
  void shouldRefuseTheNamespaceOfTheDevices() {
    host.veth("v0", "v1");
    assertThatThrownBy(() -> moveTo(host.namespace(), device("v0", "eth0")))
        .isInstanceOf(NetworkDeviceException.class)
        .hasMessageContaining("linux.netDevices: the container is in the network namespace of");
    assertThat(host.has("v0")).isTrue();
  }

  @Test
  void shouldRefuseWhatIsNoNetworkNamespace() {
    host.veth("v0", "v1");
    try (Fd other =
        Linux.kernel().files().openat(Fd.WORKING_FOLDER, "/proc/self/ns/uts", Fcntl.O_RDONLY, 0)) {
      assertThatThrownBy(() -> moveTo(other, device("v0", "eth0")))
          .isInstanceOf(NetworkDeviceException.class)
          .hasMessageContaining("linux.netDevices: the devices cannot be moved: setns(");
    }
    assertThat(host.has("v0")).isTrue();
  }

  @Test
  void shouldBringBackWhatHasMovedWhenALaterDeviceCannot() {
    host.veth("v0", "v1");
    host.ip("link add br0 type bridge");
    host.ip("link set v0 master br0 up");
    host.ip("link set v1 up");
    host.ip(
        "address add 10.1.0.2/24 broadcast 10.1.0.255 dev v0 valid_lft 4000 preferred_lft 3000");
    host.ip("address add 10.1.1.2/24 dev v0 scope link");
    host.ip("address add 2001:db8::2/64 dev v0");
    String index = linkOf(host, "v0").split(":", 2)[0];

    // The loopback device cannot leave its namespace; the kernel says so when it is tried.
    assertThatThrownBy(() -> move(devices("v0", "eth0", "lo", "loop")))
        .isInstanceOfSatisfying(
            NetworkDeviceException.class,
            e -> {
              assertThat(e.field()).isEqualTo("linux.netDevices[lo]");
              assertThat(e.getSuppressed()).isEmpty();
            })
        .hasMessageContaining("cannot be moved into the container: RTM_SETLINK(lo ")
        .hasMessageContaining("EINVAL");

    assertThat(container.has("eth0")).isFalse();
    assertThat(linkOf(host, "v0"))
        .startsWith(index + ": v0")
        .contains("master br0")
        .containsPattern("<[^>]*\\bUP\\b");
    assertThat(host.addresses("v0")).containsExactly("10.1.0.2/24", "2001:db8::2/64");
    assertThat(host.ip("address show dev v0"))
        .contains("brd 10.1.0.255", "10.1.1.2/24 scope link")
        .containsPattern("valid_lft [34]\\d{3}sec preferred_lft [23]\\d{3}sec");
  }

  @Test
  void shouldBringADeviceBackThatMovedAndCouldNotBeRenamed() {
    host.veth("v0", "v1");
    host.ip("address add 10.1.0.2/24 dev v0");
    container.veth("eth0", "eth1");
    Netlink netlink = Linux.kernel().netlink();
    try (Arena arena = Arena.ofConfined();
        NetlinkSocket here = netlink.openIn(host.namespace(), NETLINK_ROUTE, arena);
        NetlinkSocket there = netlink.openIn(container.namespace(), NETLINK_ROUTE, arena)) {
      NetworkStack from = NetworkStack.of(host.namespace(), here);
      NetworkStack to = NetworkStack.of(container.namespace(), there);
      Link link = Objects.requireNonNull(from.links().byName("v0"));
      // As if somebody had taken the name after it was found to be free.
      DeviceMove move = new DeviceMove("linux.netDevices[v0]", link, "eth0");

      assertThatThrownBy(() -> move.carryOut(from, to))
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("EEXIST");
      assertThat(host.has("v0")).isFalse();
      move.undo(from, to);

      assertThat(container.has("v0")).isFalse();
      assertThat(from.links().byName("v0")).isEqualTo(link);
      assertThat(host.addresses("v0")).containsExactly("10.1.0.2/24");
      move.undo(from, to);
      assertThat(from.links().byName("v0")).isEqualTo(link);
    }
  }
}
