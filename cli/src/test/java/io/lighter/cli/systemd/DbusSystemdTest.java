package io.lighter.cli.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.cli.engines.EngineHost;
import io.lighter.cli.engines.SystemdHost;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Signals;
import io.lighter.runtime.systemd.SystemdException;
import io.lighter.runtime.systemd.UnitProperty;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real systemd on its bus, and one that does not answer. Without a bus it takes no connections
 * from outside of its process ids: {@code SystemdCgroupTest} has those.
 */
@RequiresRoot
@RequiresTool(value = "systemctl", debianPackage = "systemd")
@RequiresTool(value = "dbus-daemon", debianPackage = "dbus-daemon")
// The JDK keeps a socket of its own from the first that it closes; ours are counted below.
@LeavesNothing(cgroups = "/lighter-engines", ignoring = "socket:")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class DbusSystemdTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String NAME = "org.freedesktop.systemd1";
  private static final BusUser ROOT = new BusUser(0, true);

  @TempDir private static Path folder;
  private EngineHost host;

  @BeforeAll
  void prepare() throws Exception {
    host = SystemdHost.start(folder, Map.of());
  }

  @AfterAll
  void end() {
    if (host != null) {
      host.close();
    }
  }

  private Path inside(String path) {
    return Path.of("/proc/" + host.init() + "/root" + path);
  }

  private BusAddress bus() {
    return BusAddress.ofBus(inside("/run/dbus/system_bus_socket"));
  }

  /** The id of a process that lives, as systemd sees it. */
  private long sleeper() throws IOException {
    Process process = host.start("sh", "-c", "echo $$; exec sleep 1000");
    return Long.parseLong(process.inputReader(StandardCharsets.UTF_8).readLine());
  }

  private static List<UnitProperty> scopeOf(long pid) {
    return List.of(
        new UnitProperty("PIDs", "au", List.of(pid)),
        new UnitProperty("Delegate", "b", true),
        new UnitProperty("CollectMode", "s", "inactive-or-failed"));
  }

  private String show(String unit, String property) throws IOException, InterruptedException {
    return SystemdHost.show(host, unit, property).strip();
  }

  @Test
  void shouldStartChangeAndStopAScope() throws Exception {
    try (DbusSystemd systemd = DbusSystemd.connect(bus(), ROOT, LONG)) {
      assertThat(systemd.version()).isGreaterThan(200);
      assertThat(systemd.controlGroup()).isEmpty();
      assertThat(systemd.ofUser()).isFalse();

      systemd.startScope("life.scope", scopeOf(sleeper()));
      assertThat(show("life.scope", "ActiveState")).isEqualTo("ActiveState=active");

      systemd.setProperties(
          "life.scope",
          List.of(
              new UnitProperty("TasksMax", "t", 70L),
              new UnitProperty("MemoryMax", "t", -1L),
              new UnitProperty("IPAddressAllow", "a(iayu)", List.of(localhost()))));
      assertThat(show("life.scope", "TasksMax")).isEqualTo("TasksMax=70");
      assertThat(show("life.scope", "MemoryMax")).isEqualTo("MemoryMax=infinity");
      assertThat(show("life.scope", "IPAddressAllow")).isEqualTo("IPAddressAllow=127.0.0.0/8");

      systemd.stop("life.scope");
      assertThat(show("life.scope", "LoadState")).isEqualTo("LoadState=not-found");
      systemd.stop("life.scope");
    }
  }

  private static List<Object> localhost() {
    return List.of(2L, List.of(127L, 0L, 0L, 0L), 8L);
  }

  @Test
  void shouldSayWhatSystemdRefuses() throws Exception {
    try (DbusSystemd systemd = DbusSystemd.connect(bus(), ROOT, LONG)) {
      assertThatExceptionOfType(SystemdException.class)
          .isThrownBy(() -> systemd.startScope("empty.scope", List.of()))
          .withMessageContaining("systemd does not start empty.scope");
      assertThatExceptionOfType(SystemdException.class)
          .isThrownBy(
              () ->
                  systemd.setProperties("no.scope", List.of(new UnitProperty("TasksMax", "t", 1L))))
          .withMessageContaining("no.scope");

      systemd.startScope("twice.scope", scopeOf(sleeper()));
      assertThatExceptionOfType(SystemdException.class)
          .isThrownBy(() -> systemd.startScope("twice.scope", scopeOf(sleeper())))
          .withMessageContaining("twice.scope");
      systemd.stop("twice.scope");
    }
  }

  @Test
  void shouldStartAgainWhatHasFailedAndIsStillKnown() throws Exception {
    try (DbusSystemd systemd = DbusSystemd.connect(bus(), ROOT, LONG)) {
      long pid = sleeper();
      systemd.startScope(
          "failing.scope",
          List.of(
              new UnitProperty("PIDs", "au", List.of(pid)),
              new UnitProperty("RuntimeMaxUSec", "t", 1L)));
      while (!show("failing.scope", "ActiveState").equals("ActiveState=failed")) {
        Thread.sleep(20);
      }

      systemd.startScope("failing.scope", scopeOf(sleeper()));

      assertThat(show("failing.scope", "ActiveState")).isEqualTo("ActiveState=active");
      systemd.stop("failing.scope");
    }
  }

  @Test
  void shouldSpeakToTheSystemdOfAUser() throws Exception {
    Path units = Files.createDirectory(folder.resolve("units-of-user"));
    Files.writeString(units.resolve("default.target"), "[Unit]\nWants=dbus.socket dbus.service");
    Files.writeString(
        units.resolve("dbus.socket"),
        """
        [Unit]
        DefaultDependencies=no
        [Socket]
        ListenStream=%t/bus
        """);
    Files.writeString(
        units.resolve("dbus.service"),
        """
        [Unit]
        DefaultDependencies=no
        Requires=dbus.socket
        [Service]
        ExecStart=dbus-daemon --session --address=systemd: --nofork --nopidfile
        """);
    String start =
        "mkdir -p /run/user/me; export XDG_RUNTIME_DIR=/run/user/me SYSTEMD_UNIT_PATH="
            + units
            + "; exec systemd --user >"
            + folder.resolve("user.log")
            + " 2>&1";
    Process manager = host.start("sh", "-c", start);
    BusUser user = new BusUser(0, false);
    while (host.run("env", "XDG_RUNTIME_DIR=/run/user/me", "busctl", "--user", "status", NAME)
            .status()
        != 0) {
      Thread.sleep(50);
    }

    try (DbusSystemd systemd =
        DbusSystemd.connect(BusAddress.ofBus(inside("/run/user/me/bus")), user, LONG)) {
      long pid = sleeper();
      systemd.startScope("mine.scope", scopeOf(pid));

      assertThat(systemd.ofUser()).isTrue();
      assertThat(systemd.controlGroup()).isEqualTo("/leaf");
      assertThat(host.run("cat", "/proc/" + pid + "/cgroup").output())
          .endsWith("0::/leaf/app.slice/mine.scope\n");
      systemd.stop("mine.scope");
    } finally {
      manager.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldNotWaitForeverForASystemdThatHangs() {
    Linux linux = Linux.kernel();
    try (PidFd systemd = Objects.requireNonNull(linux.processes().pidfdOpen(host.init()));
        DbusSystemd connected = DbusSystemd.connect(bus(), ROOT, SHORT)) {
      linux.processes().signal(systemd, Signals.SIGSTOP);
      try {
        assertThatExceptionOfType(SystemdException.class)
            .isThrownBy(() -> connected.startScope("slow.scope", scopeOf(1)))
            .withMessageContaining("was not answered within 300 ms");
        assertThatThrownBy(
                () ->
                    new SystemdConnector(Map.of("DBUS_SYSTEM_BUS_ADDRESS", bus().text()), SHORT)
                        .get())
            .hasMessageContaining("system_bus_socket: Get was not answered within 300 ms")
            .hasMessageContaining("--cgroup-manager=cgroupfs");
      } finally {
        linux.processes().signal(systemd, Signals.SIGCONT);
      }
    }
  }

  @Test
  void shouldNotWaitForeverForWhoListensAndSaysNothing() throws Exception {
    Path socket = folder.resolve("mute");
    try (ServerSocketChannel mute = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      mute.bind(UnixDomainSocketAddress.of(socket));
      BusAddress address = BusAddress.ofSystemd(socket);
      DbusSystemd.connect(bus(), ROOT, LONG).close();
      long before = sockets();

      for (int i = 0; i < 3; i++) {
        assertThatExceptionOfType(SystemdException.class)
            .isThrownBy(() -> DbusSystemd.connect(address, ROOT, SHORT))
            .withMessage("no answer within 300 ms");
        DbusSystemd.connect(bus(), ROOT, LONG).close();
      }

      awaitSockets(before);
    }
  }

  /** Threads of the library close the last of them a moment later. */
  private static void awaitSockets(long most) throws IOException, InterruptedException {
    for (int i = 0; i < 100 && sockets() > most; i++) {
      Thread.sleep(20);
    }
    assertThat(sockets()).isLessThanOrEqualTo(most);
  }

  private static long sockets() throws IOException {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(DbusSystemdTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // That of the listing itself is closed by now.
    }
  }
}
