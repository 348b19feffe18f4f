package io.lighter.proxy.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Bpf;
import io.lighter.linux.BpfHook;
import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMaps;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A cgroup, clients in it, endpoints on loopback. */
abstract class BalancerFixture {
  static final Capacity SMALL = new Capacity(64, 1_000, 20_000, 1_000);
  static final String VIP = "10.96.0.10";
  static final String VIP6 = "fd00:96::10";

  final Linux linux = Linux.kernel();
  private final List<AutoCloseable> opened = new ArrayList<>();
  Path folder = Path.of("");
  Fd cgroup = Fd.WORKING_FOLDER;
  @TempDir Path scratch = Path.of("");

  @BeforeEach
  final void makeCgroup() throws IOException {
    String name = "lighter-connect-" + ProcessHandle.current().pid();
    folder = Files.createDirectory(cgroup2().resolve(name));
    cgroup = openFolder(folder);
  }

  @AfterEach
  final void removeCgroup() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    cgroup.close();
    Files.delete(folder);
  }

  final Fd openFolder(Path path) {
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    return linux.files().openat(Fd.WORKING_FOLDER, path.toString(), flags, 0);
  }

  private static Path cgroup2() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String[] fields = line.split(" ", -1);
      if (fields[2].equals("cgroup2")) {
        return Path.of(fields[1]);
      }
    }
    throw new AssertionError("cgroup v2 is mounted nowhere");
  }

  /** Has something closed after the test. */
  final <T extends AutoCloseable> T keep(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  final ClientProcess client(String... before) throws IOException {
    return keep(new ClientProcess(folder, scratch, before));
  }

  /**
   * Starts a process that balances until it is killed, and says when it is ready.
   *
   * @param main gets the cgroup, and then the arguments
   */
  final Process owner(Class<?> main, List<String> arguments) throws IOException {
    Process process =
        new ProcessBuilder(ownerCommand(main, arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    keep(() -> process.destroyForcibly().waitFor());
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(output.readLine()).isEqualTo("ready");
    return process;
  }

  final List<String> ownerCommand(Class<?> main, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                folder.toString()));
    command.addAll(arguments);
    return command;
  }

  static List<String> ports(Backend... backends) {
    return Arrays.stream(backends)
        .map(backend -> Integer.toString(backend.address().getPort()))
        .toList();
  }

  final ConnectBalancer balancer() {
    return keep(ConnectBalancer.open(linux, cgroup, SMALL));
  }

  final Backend backend(String name) throws IOException {
    return keep(new Backend(name));
  }

  final Backend backend6(String name) throws IOException {
    return keep(new Backend(name, address("::1")));
  }

  static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  static InetSocketAddress address(String literal, int port) {
    return new InetSocketAddress(address(literal), port);
  }

  static Service tcp(String name, String vip, int port, Backend... backends) {
    return service(name, Transport.TCP, vip, port, backends);
  }

  static Service udp(String name, String vip, int port, Backend... backends) {
    return service(name, Transport.UDP, vip, port, backends);
  }

  static Service service(
      String name, Transport transport, String vip, int port, Backend... backends) {
    List<Endpoint> endpoints =
        Arrays.stream(backends).map(backend -> new Endpoint(backend.address())).toList();
    List<Frontend> frontends = List.of(new Frontend(transport, address(vip, port)));
    return new Service(name, frontends, endpoints, Behaviour.DEFAULT);
  }

  static Service with(Service service, Behaviour behaviour) {
    return new Service(service.name(), service.frontends(), service.endpoints(), behaviour);
  }

  /** For a process that balances a cgroup until it is killed. */
  static ConnectBalancer own(String cgroup) {
    Linux linux = Linux.kernel();
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    Fd opened = linux.files().openat(Fd.WORKING_FOLDER, cgroup, flags, 0);
    return ConnectBalancer.open(linux, opened, SMALL);
  }

  static ServiceTable table(Service... services) {
    return new ServiceTable(List.of(services));
  }

  /** The names of all our maps and programs that the kernel has. */
  final List<String> inKernel() {
    List<String> found = new ArrayList<>();
    BpfMaps maps = linux.bpfMaps();
    Bpf bpf = linux.bpf();
    for (int id : bpf.maps()) {
      try (BpfMap map = maps.open(id)) {
        if (map != null && map.layout().name().startsWith("lb")) {
          found.add(map.layout().name());
        }
      }
    }
    for (BpfHook place : EnumSet.copyOf(Arrays.stream(Hook.values()).map(Hook::place).toList())) {
      for (int id : bpf.attached(cgroup, place)) {
        found.add(place + " " + id);
      }
    }
    return found;
  }
}
