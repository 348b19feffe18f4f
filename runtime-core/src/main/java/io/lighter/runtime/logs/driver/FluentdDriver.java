package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogSink;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends lines by Fluentd's forward protocol, which Fluent Bit speaks too. As moby's
 * daemon/logger/fluentd.
 */
final class FluentdDriver implements LogDriver {
  /**
   * What an answer or a write may take when no option says it, since nothing waits for ever here.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What async keeps in memory, in bytes, however many lines the option lets it keep. */
  private static final long MOST_BYTES = 16L << 20;

  private final @Nullable SSLContext tls;

  FluentdDriver() {
    this(null);
  }

  /** For tests: trusts others than the JDK does. */
  FluentdDriver(@Nullable SSLContext tls) {
    this.tls = tls;
  }

  @Override
  public String name() {
    return "fluentd";
  }

  @Override
  public void validate(Map<String, String> given) {
    LogOptions options = new LogOptions(name(), given);
    Set<String> known = new HashSet<>(FluentdOptions.NAMES);
    known.addAll(LogOptions.COMMON);
    options.allowOnly(known);
    LogAttributes.validate(options);
    FluentdOptions.of(options);
  }

  @Override
  public LogSink open(ContainerInfo container, Map<String, String> given) {
    LogOptions options = new LogOptions(name(), given);
    FluentdOptions fluentd = FluentdOptions.of(options);
    ForwardEncoder encoder = ForwardEncoder.of(container, options, fluentd);
    Link link = new Link(name(), connector(fluentd), fluentd.reconnects());
    if (!fluentd.async()) {
      link.open();
      return new MessageSink(encoder, outlet(link, fluentd));
    }
    Duration age = fluentd.reconnectInterval();
    Runnable renew = age.isZero() ? () -> {} : () -> link.renewAfter(age);
    return new MessageSink(
        encoder, new AsyncOutlet(outlet(link, fluentd), renew, fluentd.bufferLimit(), MOST_BYTES));
  }

  private static Outlet outlet(Link link, FluentdOptions fluentd) {
    return fluentd.requestAck()
        ? new AcknowledgedOutlet(
            link, orPatience(fluentd.writeTimeout()), orPatience(fluentd.readTimeout()))
        : new StreamOutlet(link, fluentd.writeTimeout());
  }

  private static Duration orPatience(Duration given) {
    return given.isZero() ? PATIENCE : given;
  }

  private Connector connector(FluentdOptions fluentd) {
    if (fluentd.scheme().equals("unix")) {
      return new UnixConnector(fluentd.path());
    }
    TcpConnector tcp = new TcpConnector(fluentd.target());
    if (!fluentd.scheme().equals("tls")) {
      return tcp;
    }
    try {
      return new TlsConnector(tcp, tls == null ? SSLContext.getDefault() : tls, true);
    } catch (NoSuchAlgorithmException e) {
      throw new LogDriverException("fluentd log driver: no TLS here: " + e.getMessage(), e);
    }
  }
}
