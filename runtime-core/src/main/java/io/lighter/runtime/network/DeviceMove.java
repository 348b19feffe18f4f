package io.lighter.runtime.network;

import io.lighter.linux.InterfaceAddress;
import io.lighter.linux.Link;
import io.lighter.linux.LinuxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One device on its way from one network namespace to another, and back if it must. */
final class DeviceMove {
  private final String field;
  private final Link link;
  private final String name;
  private List<InterfaceAddress> addresses = List.of();
  private int indexThere;

  /**
   * Plans a move.
   *
   * @param field where the specification asks for it
   * @param link the device where it is
   * @param name its name there, or a pattern of one
   */
  DeviceMove(String field, Link link, String name) {
    this.field = field;
    this.link = link;
    this.name = name;
  }

  String field() {
    return field;
  }

  String name() {
    return name;
  }

  /**
   * Moves the device, gives it its addresses again, which the kernel takes from whatever leaves a
   * namespace, and brings it up.
   *
   * @throws LinuxException what the kernel refuses; the device may have moved all the same
   */
  void carryOut(NetworkStack from, NetworkStack to) {
    addresses = from.addresses().list(link.index());
    // We choose the index, so that the device is found whatever name the kernel gives it there.
    indexThere = freeIndex(to);
    from.links().move(link, to.namespace(), name, indexThere);
    for (InterfaceAddress address : addresses) {
      if (address.isGlobal() && address.isPermanent()) {
        to.addresses().set(indexThere, address);
      }
    }
    to.links().up(indexThere);
  }

  private int freeIndex(NetworkStack to) {
    if (to.links().byIndex(link.index()) == null) {
      return link.index();
    }
    return 1 + to.links().list().stream().mapToInt(Link::index).max().orElse(0);
  }

  /** Brings the device back as it was: name, index, master, addresses with their lifetimes, up. */
  void undo(NetworkStack from, NetworkStack to) {
    Link there = movedLink(from, to);
    if (there == null) {
      return;
    }
    to.links().move(there, from.namespace(), link.name(), link.index());
    if (link.master() != 0) {
      from.links().setMaster(link.index(), link.master());
    }
    for (InterfaceAddress address : addresses) {
      if (!address.isTemporary() && address.validSeconds() > 0) {
        from.addresses().set(link.index(), address);
      }
    }
    if (link.isUp()) {
      from.links().up(link.index());
    }
  }

  /** A move can fail with the device already there, when it is the renaming that is refused. */
  private @Nullable Link movedLink(NetworkStack from, NetworkStack to) {
    if (indexThere == 0 || from.links().byIndex(link.index()) != null) {
      return null;
    }
    return to.links().byIndex(indexThere);
  }
}
