package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Network devices of the namespace of a NETLINK_ROUTE socket. As thread-safe as the socket: not.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</a>
 */
public final class Links {
  private final NetlinkSocket route;

  public Links(NetlinkSocket route) {
    this.route = route;
  }

  /**
   * Returns the device of a name, or of an alternative name; null when there is none.
   *
   * @throws IllegalArgumentException when no device can have that name, of 1 to 15 bytes
   */
  public @Nullable Link byName(String name) {
    NetlinkRequest request = get(0, name);
    request.addText(Rtnetlink.IFLA_IFNAME, checked(name));
    return route.get(request, Errno.ENODEV, READER);
  }

  /** Returns the device of an index, at least 1; null when there is none. */
  public @Nullable Link byIndex(int index) {
    return route.get(get(index, "index " + index), Errno.ENODEV, READER);
  }

  private NetlinkRequest get(int index, String shown) {
    NetlinkRequest request = route.request(Rtnetlink.RTM_GETLINK, 0, "RTM_GETLINK(" + shown + ")");
    header(request, index);
    return request.addInt(Rtnetlink.IFLA_EXT_MASK, Rtnetlink.RTEXT_FILTER_SKIP_STATS);
  }

  /** Returns all devices. */
  public List<Link> list() {
    NetlinkRequest request =
        route.request(Rtnetlink.RTM_GETLINK, NetlinkFlags.NLM_F_DUMP, "RTM_GETLINK");
    header(request, 0);
    request.addInt(Rtnetlink.IFLA_EXT_MASK, Rtnetlink.RTEXT_FILTER_SKIP_STATS);
    return route.dump(request, READER);
  }

  /**
   * Moves a device into another network namespace. It arrives down and without its addresses, and
   * no bridge has it any more.
   *
   * <p>Not atomic: when its old name is free there and the new one is not, the kernel moves it,
   * then refuses to rename it (dev_change_net_namespace(), do_setlink()).
   *
   * @param name its name there, or a pattern such as {@code eth%d} of which the kernel makes one
   * @param index its index there, which must be free
   * @throws LinuxException EEXIST when the name is taken, EBUSY when the index is; EINVAL for a
   *     device that cannot leave its namespace, such as {@code lo}
   */
  public void move(Link link, Fd namespace, String name, int index) {
    NetlinkRequest request = set(link.name() + " to another network namespace as " + name);
    header(request, link.index());
    request
        .addInt(Rtnetlink.IFLA_NET_NS_FD, namespace.number())
        .addText(Rtnetlink.IFLA_IFNAME, checked(name))
        .addInt(Rtnetlink.IFLA_NEW_IFINDEX, index);
    route.perform(request);
  }

  /** Brings a device up. */
  public void up(int index) {
    NetlinkRequest request = set("index " + index + " up");
    MemorySegment header = header(request, index);
    header.set(JAVA_INT, Rtnetlink.IFI_FLAGS, SocketFlags.IFF_UP);
    header.set(JAVA_INT, Rtnetlink.IFI_CHANGE, SocketFlags.IFF_UP);
    route.perform(request);
  }

  /** Makes a device a port of a bridge or bond; of none when {@code master} is 0. */
  public void setMaster(int index, int master) {
    NetlinkRequest request = set("index " + index + " of master " + master);
    header(request, index);
    route.perform(request.addInt(Rtnetlink.IFLA_MASTER, master));
  }

  private NetlinkRequest set(String shown) {
    return route.request(Rtnetlink.RTM_SETLINK, 0, "RTM_SETLINK(" + shown + ")");
  }

  private static MemorySegment header(NetlinkRequest request, int index) {
    MemorySegment header = request.struct(Rtnetlink.IFINFOMSG_SIZE);
    header.set(JAVA_INT, Rtnetlink.IFI_INDEX, index);
    return header;
  }

  private static String checked(String name) {
    Interfaces.name(name);
    return name;
  }

  private static final Function<NetlinkMessage, @Nullable Link> READER = Links::read;

  private static @Nullable Link read(NetlinkMessage message) {
    if (message.type() != Rtnetlink.RTM_NEWLINK) {
      return null;
    }
    String name = null;
    int master = 0;
    NetlinkAttributes attributes = message.attributes(Rtnetlink.IFINFOMSG_SIZE);
    while (attributes.next()) {
      switch (attributes.type()) {
        case Rtnetlink.IFLA_IFNAME -> name = attributes.text();
        case Rtnetlink.IFLA_MASTER -> master = attributes.intValue();
        default -> {}
      }
    }
    if (name == null) {
      throw message.malformed("a network device has no name");
    }
    int flags = message.intAt(Rtnetlink.IFI_FLAGS);
    return new Link(message.intAt(Rtnetlink.IFI_INDEX), name, flags, master);
  }
}
