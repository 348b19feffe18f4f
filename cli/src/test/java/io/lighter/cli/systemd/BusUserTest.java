package io.lighter.cli.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BusUserTest {
  private static final String INITIAL = "         0          0 4294967295\n";
  private static final String ROOTLESS =
      "         0       1000          1\n         1     100000      65536\n";
  private static final Map<String, String> SESSION = Map.of("XDG_RUNTIME_DIR", "/run/user/1000");

  @Test
  void shouldAskTheSystemdOfTheHostForRoot() {
    assertThat(BusUser.of(0, INITIAL, SESSION)).isEqualTo(new BusUser(0, true));
    assertThat(new BusUser(0, true).addresses(SESSION))
        .containsExactly(
            BusAddress.ofBus(Path.of("/run/dbus/system_bus_socket")),
            BusAddress.ofSystemd(Path.of("/run/systemd/private")));
    assertThat(
            new BusUser(0, true)
                .addresses(Map.of("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/run/other,guid=1")))
        .startsWith(BusAddress.ofBus(Path.of("/run/other")));
  }

  @Test
  void shouldAskTheUsersForAUserAndForRootOfTheUsersNamespace() {
    BusUser user = new BusUser(1000, false);

    assertThat(BusUser.of(1000, INITIAL, Map.of())).isEqualTo(user);
    assertThat(BusUser.of(0, ROOTLESS, SESSION)).isEqualTo(user);
    assertThat(BusUser.of(5, ROOTLESS, SESSION)).isEqualTo(new BusUser(100_004, false));
    assertThat(user.addresses(Map.of()))
        .containsExactly(
            BusAddress.ofBus(Path.of("/run/user/1000/bus")),
            BusAddress.ofSystemd(Path.of("/run/user/1000/systemd/private")));
    assertThat(
            user.addresses(
                Map.of(
                    "DBUS_SESSION_BUS_ADDRESS",
                    "tcp:host=a;unix:path=/tmp/a%20bus;unix:abstract=/tmp/x",
                    "XDG_RUNTIME_DIR",
                    "/run/me")))
        .containsExactly(
            BusAddress.ofBus(Path.of("/tmp/a bus")),
            new BusAddress("@/tmp/x", true),
            BusAddress.ofBus(Path.of("/run/me/bus")),
            BusAddress.ofSystemd(Path.of("/run/me/systemd/private")));
  }

  @Test
  void shouldAskTheSystemdInAContainerWhoseRootSaysNothingOfAUser() {
    assertThat(BusUser.of(0, ROOTLESS, Map.of())).isEqualTo(new BusUser(1000, true));
  }

  @Test
  void shouldWriteAddressesAsDBusReadsThem() {
    assertThat(BusAddress.ofBus(Path.of("/tmp/a bus/ü")).text())
        .isEqualTo("unix:path=/tmp/a%20bus/%c3%bc");
    assertThat(new BusAddress("@/tmp/x", true).text()).isEqualTo("unix:abstract=/tmp/x");
  }
}
