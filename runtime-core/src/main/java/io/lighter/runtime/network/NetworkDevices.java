package io.lighter.runtime.network;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Link;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.NetlinkFlags;
import io.lighter.linux.NetlinkSocket;
import io.lighter.runtime.spec.NetDevice;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves network devices of the host into the network namespace of a container: {@code
 * linux.netDevices} (config-linux.md, "Network Devices", of runtime-spec 1.3.0).
 *
 * <p>A device keeps its hardware address, its MTU and its permanent global addresses of IPv4 and
 * IPv6 with their peers, metrics and flags, and is up afterwards, as the specification demands. Not
 * kept are the routes that somebody added through it, labels of addresses, and the bridge that it
 * was a port of. Its index is the host's where that is free. When the namespace ends, the kernel
 * moves a physical device back to the initial one and deletes a virtual one.
 *
 * <p>Safe for use by many threads. No thread enters the container's namespace but one that is made
 * to open a socket there.
 */
public final class NetworkDevices {
  private static final String FIELD = "linux.netDevices";
  private static final String OWN_NAMESPACE = "/proc/thread-self/ns/net";

  private final Linux linux;

  public NetworkDevices(Linux linux) {
    this.linux = linux;
  }

  /**
   * Moves all devices, or none: those already moved are brought back as they were, but for routes.
   *
   * @param networkNamespace the container's; it stays the caller's
   * @param devices by their names in the network namespace of the calling thread
   * @throws NetworkDeviceException naming the field and the device, when there is no such device,
   *     its name in the container is invalid or taken, the namespace is the caller's own, or the
   *     kernel refuses
   */
  public void moveInto(Fd networkNamespace, Map<String, NetDevice> devices) {
    if (devices.isEmpty()) {
      return;
    }
    try (Arena arena = Arena.ofConfined();
        Fd own = linux.files().openat(Fd.WORKING_FOLDER, OWN_NAMESPACE, Fcntl.O_RDONLY, 0);
        NetlinkSocket here = linux.netlink().open(NetlinkFlags.NETLINK_ROUTE, arena);
        NetlinkSocket there =
            linux.netlink().openIn(networkNamespace, NetlinkFlags.NETLINK_ROUTE, arena)) {
      refuseSame(own, networkNamespace, arena);
      NetworkStack from = NetworkStack.of(own, here);
      NetworkStack to = NetworkStack.of(networkNamespace, there);
      carryOut(plan(devices, from, to), from, to);
    } catch (LinuxException e) {
      throw new NetworkDeviceException(FIELD, "the devices cannot be moved: " + e.getMessage(), e);
    }
  }

  private void refuseSame(Fd own, Fd container, Arena arena) {
    FileStatus one = new FileStatus(arena);
    FileStatus other = new FileStatus(arena);
    linux.files().statx(own, one);
    linux.files().statx(container, other);
    if (one.ino() == other.ino() && one.dev() == other.dev()) {
      throw new NetworkDeviceException(
          FIELD,
          "the container is in the network namespace of the runtime, where the devices are; give it"
              + " one of its own by {\"type\": \"network\"} in linux.namespaces");
    }
  }

  /** Finds what can be found wrong before anything is moved. */
  private static List<DeviceMove> plan(
      Map<String, NetDevice> devices, NetworkStack from, NetworkStack to) {
    List<DeviceMove> moves = new ArrayList<>();
    Set<String> names = new HashSet<>();
    devices.forEach(
        (host, device) -> {
          DeviceMove move = plan(host, device, from);
          if (!DeviceName.isPattern(move.name())) {
            refuseTaken(move, !names.add(move.name()), to);
          }
          moves.add(move);
        });
    return moves;
  }

  private static DeviceMove plan(String host, NetDevice device, NetworkStack from) {
    String field = FIELD + "[" + host + "]";
    requireValid(field, host);
    if (device.name() != null) {
      requireValid(field + ".name", device.name());
    }
    Link link = from.links().byName(host);
    if (link == null) {
      throw new NetworkDeviceException(
          field,
          "the network namespace of the runtime has no device \""
              + host
              + "\"; \"ip link\" shows those that it has");
    }
    return new DeviceMove(field, link, device.name() == null ? link.name() : device.name());
  }

  private static void requireValid(String field, String name) {
    if (!DeviceName.isValid(name)) {
      throw new NetworkDeviceException(
          field,
          "\""
              + name
              + "\" cannot be the name of a network device: that has 1 to 15 bytes without /, :,"
              + " white space, and with % only as one %d");
    }
  }

  private static void refuseTaken(DeviceMove move, boolean twice, NetworkStack to) {
    if (twice) {
      throw new NetworkDeviceException(
          move.field(),
          "another device shall be \"" + move.name() + "\" in the container too; rename one");
    }
    if (to.links().byName(move.name()) != null) {
      throw new NetworkDeviceException(
          move.field(),
          "the container's network namespace has a device \""
              + move.name()
              + "\" already; give another name, or a pattern such as \"eth%d\"");
    }
  }

  private static void carryOut(List<DeviceMove> moves, NetworkStack from, NetworkStack to) {
    for (int i = 0; i < moves.size(); i++) {
      DeviceMove move = moves.get(i);
      try {
        move.carryOut(from, to);
      } catch (LinuxException e) {
        NetworkDeviceException failure =
            new NetworkDeviceException(
                move.field(), "cannot be moved into the container: " + e.getMessage(), e);
        undo(moves.subList(0, i + 1).reversed(), from, to, failure);
        throw failure;
      }
    }
  }

  private static void undo(
      List<DeviceMove> moves, NetworkStack from, NetworkStack to, NetworkDeviceException failure) {
    for (DeviceMove move : moves) {
      try {
        move.undo(from, to);
      } catch (LinuxException e) {
        failure.addSuppressed(
            new NetworkDeviceException(
                move.field(), "could not be brought back: " + e.getMessage(), e));
      }
    }
  }
}
