package io.lighter.runtime.logs.driver;

import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.runtime.logs.LogSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends lines to a syslog daemon: that of this machine, or one that is reached by UDP, TCP, TLS or
 * a socket's path. As moby's daemon/logger/syslog.
 */
final class SyslogDriver implements LogDriver {
  private static final String ADDRESS = "syslog-address";
  private static final int PORT = 514;
  private static final Set<String> OWN =
      Set.of(
          ADDRESS,
          "syslog-facility",
          "syslog-format",
          "syslog-tls-ca-cert",
          "syslog-tls-cert",
          "syslog-tls-key",
          "syslog-tls-skip-verify");

  /** Where the machine's own daemon listens: that of Go's log/syslog. */
  private static final List<String> LOCAL = List.of("/dev/log", "/var/run/syslog", "/var/run/log");

  private final List<String> localPaths;

  SyslogDriver() {
    this(LOCAL);
  }

  /** For tests: looks for the machine's own daemon elsewhere. */
  SyslogDriver(List<String> localPaths) {
    this.localPaths = localPaths;
  }

  @Override
  public String name() {
    return "syslog";
  }

  @Override
  public void validate(Map<String, String> given) {
    LogOptions options = options(given);
    Set<String> known = new HashSet<>(OWN);
    known.addAll(LogOptions.COMMON);
    options.allowOnly(known);
    SyslogFacility.of(options);
    SyslogFormat.of(options);
    LogAttributes.validate(options);
    LogAddress address = address(options);
    if (address != null && !isUnix(address)) {
      address.hostAndPort(options, ADDRESS, PORT);
    }
  }

  private LogOptions options(Map<String, String> given) {
    return new LogOptions(name(), given);
  }

  /** Returns null for the machine's own daemon. */
  private static @Nullable LogAddress address(LogOptions options) {
    String text = options.text(ADDRESS);
    if (text.isEmpty()) {
      return null;
    }
    LogAddress address = LogAddress.parse(options, ADDRESS, text);
    switch (address.scheme()) {
      case "unix", "unixgram" -> {
        if (!Files.exists(Path.of(address.path()))) {
          throw options.invalid(ADDRESS, "the path of a socket, but it does not exist", null);
        }
      }
      case "udp", "tcp", "tcp+tls" -> {}
      default ->
          throw options.invalid(
              ADDRESS, "of one of the schemes udp, tcp, tcp+tls, unix, unixgram", null);
    }
    return address;
  }

  private static boolean isUnix(LogAddress address) {
    return address.scheme().startsWith("unix");
  }

  @Override
  public LogSink open(ContainerInfo container, Map<String, String> given) {
    LogOptions options = options(given);
    LogAddress address = address(options);
    boolean tls = address != null && address.scheme().equals("tcp+tls");
    // The machine's own daemon gets its own format, whatever the option says, as with Docker.
    SyslogFormat format = address == null ? SyslogFormat.UNIX : SyslogFormat.of(options);
    SyslogEncoder encoder =
        new SyslogEncoder(
            format,
            tls && format.isNew(),
            SyslogFacility.of(options),
            Linux.kernel().uname().nodename(),
            LogTag.of(container, options, LogTag.DEFAULT),
            ProcessHandle.current().pid(),
            ZoneId.systemDefault());
    return new MessageSink(encoder, address == null ? local() : outlet(address, options));
  }

  private Outlet outlet(LogAddress address, LogOptions options) {
    return switch (address.scheme()) {
      case "udp" ->
          new DatagramOutlet(
              UdpDatagrams.open(name(), address.hostAndPort(options, ADDRESS, PORT)));
      case "unixgram" -> {
        UnixDatagrams datagrams = UnixDatagrams.connect(Linux.kernel(), address.path());
        if (datagrams == null) {
          throw new LogDriverException("syslog log driver: nobody listens at " + address.path());
        }
        yield new DatagramOutlet(datagrams);
      }
      case "unix" -> stream(new UnixConnector(address.path()));
      case "tcp" -> stream(new TcpConnector(address.hostAndPort(options, ADDRESS, PORT)));
      default -> {
        TcpConnector tcp = new TcpConnector(address.hostAndPort(options, ADDRESS, PORT));
        boolean skips = options.has("syslog-tls-skip-verify");
        yield stream(new TlsConnector(tcp, TlsFiles.context(options, "syslog", skips), !skips));
      }
    };
  }

  private Outlet stream(Connector connector) {
    Link link = new Link(name(), connector, Reconnects.forEver());
    link.open();
    return new StreamOutlet(link, Duration.ZERO);
  }

  private Outlet local() {
    for (String path : localPaths) {
      if (Files.exists(Path.of(path))) {
        Outlet outlet = local(path);
        if (outlet != null) {
          return outlet;
        }
      }
    }
    throw new LogDriverException(
        "syslog log driver: no syslog daemon listens at any of "
            + localPaths
            + "; start one, or name one by "
            + ADDRESS);
  }

  private @Nullable Outlet local(String path) {
    try {
      UnixDatagrams datagrams = UnixDatagrams.connect(Linux.kernel(), path);
      return datagrams == null ? null : new DatagramOutlet(datagrams);
    } catch (LinuxException e) {
      // A stream socket refuses datagrams: EPROTOTYPE.
      return stream(new UnixConnector(path));
    }
  }
}
