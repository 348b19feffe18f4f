package io.lighter.runtime.logs.driver;

import java.time.Duration;
import java.util.Set;

/**
 * What the options of the driver fluentd say.
 *
 * @param scheme tcp, tls or unix
 * @param target of TCP and TLS
 * @param path of a Unix socket
 * @param bufferLimit how many lines async keeps in memory
 * @param reconnectInterval after which age async makes its connection anew; zero for never
 * @param subSecond whether times have nanoseconds
 * @param requestAck whether each line is to be acknowledged
 * @param writeTimeout after which time without progress a connection is made anew; zero for never
 * @param readTimeout how long an acknowledgement may take; zero when nothing was said
 */
record FluentdOptions(
    String scheme,
    HostAndPort target,
    String path,
    boolean async,
    long bufferLimit,
    Duration reconnectInterval,
    Reconnects reconnects,
    boolean subSecond,
    boolean requestAck,
    Duration writeTimeout,
    Duration readTimeout) {
  private static final String ADDRESS = "fluentd-address";
  private static final String ASYNC = "fluentd-async";
  private static final String RECONNECT_INTERVAL = "fluentd-async-reconnect-interval";
  private static final String BUFFER_LIMIT = "fluentd-buffer-limit";
  private static final String MOST_RETRIES = "fluentd-max-retries";
  private static final String REQUEST_ACK = "fluentd-request-ack";
  private static final String RETRY_WAIT = "fluentd-retry-wait";
  private static final String SUB_SECOND = "fluentd-sub-second-precision";
  private static final String WRITE_TIMEOUT = "fluentd-write-timeout";
  private static final String READ_TIMEOUT = "fluentd-read-timeout";

  static final Set<String> NAMES =
      Set.of(
          ADDRESS,
          ASYNC,
          RECONNECT_INTERVAL,
          BUFFER_LIMIT,
          MOST_RETRIES,
          REQUEST_ACK,
          RETRY_WAIT,
          SUB_SECOND,
          WRITE_TIMEOUT,
          READ_TIMEOUT);

  private static final String HOST = "127.0.0.1";
  private static final int PORT = 24224;
  private static final long DEFAULT_BUFFER = 1 << 20;

  /** What fluent-logger-golang takes for a limit of zero. */
  private static final int LEAST_BUFFER = 8 * 1024;

  private static final int KIBI = 1024;

  /** What fluent-logger-golang takes for zero retries. */
  private static final int RETRIES_OF_ZERO = 13;

  private static final Duration DEFAULT_WAIT = Duration.ofSeconds(1);

  /** What fluent-logger-golang takes for no wait at all. */
  private static final Duration WAIT_OF_ZERO = Duration.ofMillis(500);

  private static final Duration MOST_WAIT = Duration.ofMinutes(1);
  private static final Duration LEAST_INTERVAL = Duration.ofMillis(100);
  private static final Duration MOST_INTERVAL = Duration.ofSeconds(10);

  /** Reads and checks them. An empty value is as if the option were not there. */
  static FluentdOptions of(LogOptions given) {
    LogOptions options = given.withoutEmpty();
    LogAddress address = address(options);
    boolean unix = address.scheme().equals("unix");
    long limit = options.size(BUFFER_LIMIT, DEFAULT_BUFFER, KIBI);
    return new FluentdOptions(
        address.scheme(),
        unix ? new HostAndPort(HOST, PORT) : target(options, address),
        address.path(),
        options.flag(ASYNC, false),
        limit == 0 ? LEAST_BUFFER : limit,
        interval(options),
        reconnects(options),
        options.flag(SUB_SECOND, false),
        options.flag(REQUEST_ACK, false),
        timeout(options, WRITE_TIMEOUT),
        timeout(options, READ_TIMEOUT));
  }

  private static LogAddress address(LogOptions options) {
    String text = options.text(ADDRESS);
    LogAddress address =
        LogAddress.parse(options, ADDRESS, LogAddress.hasScheme(text) ? text : "tcp://" + text);
    switch (address.scheme()) {
      case "unix" -> {
        if (address.path().replace("/", "").isEmpty()) {
          throw options.invalid(ADDRESS, "unix:///path, but the path is empty", null);
        }
      }
      case "tcp", "tls" -> {
        if (!address.path().isEmpty()) {
          throw options.invalid(ADDRESS, "host:port, without a path", null);
        }
      }
      default -> throw options.invalid(ADDRESS, "of one of the schemes tcp, tls, unix", null);
    }
    return address;
  }

  private static HostAndPort target(LogOptions options, LogAddress address) {
    HostAndPort target = address.hostAndPort(options, ADDRESS, PORT);
    return target.host().isEmpty() ? new HostAndPort(HOST, target.port()) : target;
  }

  private static Duration interval(LogOptions options) {
    Duration interval = options.duration(RECONNECT_INTERVAL, Duration.ZERO);
    if (!interval.isZero()
        && (interval.compareTo(LEAST_INTERVAL) < 0 || interval.compareTo(MOST_INTERVAL) > 0)) {
      throw options.invalid(RECONNECT_INTERVAL, "0, or from 100ms to 10s", null);
    }
    return interval;
  }

  private static Duration timeout(LogOptions options, String option) {
    Duration timeout = options.duration(option, Duration.ZERO);
    if (timeout.isNegative()) {
      throw options.invalid(option, "a duration that is not negative", null);
    }
    return timeout;
  }

  private static Reconnects reconnects(LogOptions options) {
    int most = options.integer(MOST_RETRIES, Integer.MAX_VALUE, 0, Integer.MAX_VALUE);
    Duration given = options.duration(RETRY_WAIT, DEFAULT_WAIT);
    Duration wait = given.isZero() ? WAIT_OF_ZERO : given;
    return new Reconnects(failures -> wait(wait, failures), most == 0 ? RETRIES_OF_ZERO : most);
  }

  /**
   * Returns the wait of fluent-logger-golang: the first try is made again at once, then the wait
   * grows by half each time, in whole multiples of the first.
   */
  private static Duration wait(Duration first, int failures) {
    double factor = Math.floor(Math.pow(1.5, failures - 2));
    double millis = (double) Math.max(0, first.toMillis()) * factor;
    return Duration.ofMillis((long) Math.min(millis, (double) MOST_WAIT.toMillis()));
  }
}
