package io.lighter.cli.systemd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whose systemd is asked, and where it may be reached.
 *
 * @param uid as the host knows it, which is what the other end of a socket sees
 * @param ofHost whether the host's systemd is asked, and not the user's
 */
record BusUser(long uid, boolean ofHost) {
  /** What {@code /proc/self/uid_map} says in the initial user namespace: user_namespaces(7). */
  private static final String INITIAL = "0 0 4294967295";

  /**
   * Tells who this process is.
   *
   * <p>Root has the host's systemd. So has root of a user namespace that does not say where that of
   * a user is: its host may be a container with a systemd of its own.
   *
   * @param euid effective user id
   * @param uidMap the text of {@code /proc/self/uid_map}
   * @param environment of the caller
   */
  static BusUser of(long euid, String uidMap, Map<String, String> environment) {
    boolean initial = uidMap.strip().replaceAll("\\s+", " ").equals(INITIAL);
    boolean namesUser =
        environment.containsKey("DBUS_SESSION_BUS_ADDRESS")
            || environment.containsKey("XDG_RUNTIME_DIR");
    return new BusUser(
        initial ? euid : outside(euid, uidMap), euid == 0 && (initial || !namesUser));
  }

  private static long outside(long uid, String uidMap) {
    for (String line : uidMap.split("\n", -1)) {
      String[] range = line.strip().split("\\s+", 3);
      if (range.length == 3) {
        long above = uid - Long.parseLong(range[0]);
        if (above >= 0 && above < Long.parseLong(range[2])) {
          return Long.parseLong(range[1]) + above;
        }
      }
    }
    return uid;
  }

  /**
   * Returns where to look, in this order. The socket of systemd itself comes last: it is there
   * without a bus, but for systemd's own programs.
   *
   * @param environment of the caller
   */
  List<BusAddress> addresses(Map<String, String> environment) {
    List<BusAddress> addresses = new ArrayList<>();
    if (ofHost) {
      String named = environment.get("DBUS_SYSTEM_BUS_ADDRESS");
      if (named == null) {
        addresses.add(BusAddress.ofBus(Path.of("/run/dbus/system_bus_socket")));
      } else {
        addresses.addAll(BusAddress.parse(named));
      }
      addresses.add(BusAddress.ofSystemd(Path.of("/run/systemd/private")));
      return addresses;
    }
    addresses.addAll(BusAddress.parse(environment.getOrDefault("DBUS_SESSION_BUS_ADDRESS", "")));
    Path folder = Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "/run/user/" + uid));
    BusAddress usual = BusAddress.ofBus(folder.resolve("bus"));
    if (!addresses.contains(usual)) {
      addresses.add(usual);
    }
    addresses.add(BusAddress.ofSystemd(folder.resolve("systemd/private")));
    return addresses;
  }
}
