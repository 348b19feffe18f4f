package io.lighter.runtime.logs.driver;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogSink;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Sends lines in the Graylog Extended Log Format, by UDP or TCP. As moby's daemon/logger/gelf. */
final class GelfDriver implements LogDriver {
  private static final String ADDRESS = "gelf-address";
  private static final String TYPE = "gelf-compression-type";
  private static final String LEVEL = "gelf-compression-level";
  private static final String MOST_RECONNECTS = "gelf-tcp-max-reconnect";
  private static final String RECONNECT_DELAY = "gelf-tcp-reconnect-delay";
  private static final Set<String> OWN =
      Set.of(ADDRESS, TYPE, LEVEL, MOST_RECONNECTS, RECONNECT_DELAY);

  private static final int DEFAULT_RECONNECTS = 3;
  private static final int DEFAULT_DELAY = 1;

  @Override
  public String name() {
    return "gelf";
  }

  @Override
  public void validate(Map<String, String> given) {
    LogOptions options = options(given);
    Set<String> known = new HashSet<>(OWN);
    known.addAll(LogOptions.COMMON);
    options.allowOnly(known);
    LogAttributes.validate(options);
    boolean udp = address(options).scheme().equals("udp");
    for (String option : udp ? Set.of(MOST_RECONNECTS, RECONNECT_DELAY) : Set.of(TYPE, LEVEL)) {
      if (options.has(option)) {
        throw options.invalid(
            option, "absent: it is only valid for " + (udp ? "TCP" : "UDP"), null);
      }
    }
    GelfCompression.of(options, TYPE, LEVEL);
    reconnects(options);
  }

  private LogOptions options(Map<String, String> given) {
    return new LogOptions(name(), given);
  }

  private static LogAddress address(LogOptions options) {
    String text = options.text(ADDRESS);
    if (text.isEmpty()) {
      throw new LogOptionException("log opt '" + ADDRESS + "' is required by the gelf log driver");
    }
    LogAddress address = LogAddress.parse(options, ADDRESS, text);
    if (!address.scheme().equals("udp") && !address.scheme().equals("tcp")) {
      throw options.invalid(ADDRESS, "udp://host:port or tcp://host:port", null);
    }
    address.hostAndPort(options, ADDRESS, -1);
    return address;
  }

  private static Reconnects reconnects(LogOptions options) {
    int most = options.integer(MOST_RECONNECTS, DEFAULT_RECONNECTS, 0, Integer.MAX_VALUE - 1);
    Duration delay =
        Duration.ofSeconds(options.integer(RECONNECT_DELAY, DEFAULT_DELAY, 0, Integer.MAX_VALUE));
    return new Reconnects(failures -> delay, most + 1);
  }

  @Override
  public LogSink open(ContainerInfo container, Map<String, String> given) {
    LogOptions options = options(given);
    LogAddress address = address(options);
    HostAndPort target = address.hostAndPort(options, ADDRESS, -1);
    boolean udp = address.scheme().equals("udp");
    GelfEncoder encoder =
        GelfEncoder.of(container, options, Linux.kernel().uname().nodename(), !udp);
    if (udp) {
      GelfCompression compression = GelfCompression.of(options, TYPE, LEVEL);
      Datagrams datagrams = UdpDatagrams.open(name(), target);
      return new MessageSink(
          encoder, new DatagramOutlet(new GelfDatagrams(datagrams, compression)));
    }
    Link link = new Link(name(), new TcpConnector(target), reconnects(options));
    link.open();
    return new MessageSink(encoder, new StreamOutlet(link, Duration.ZERO));
  }
}
