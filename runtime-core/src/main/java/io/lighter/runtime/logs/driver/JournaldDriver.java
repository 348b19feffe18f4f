package io.lighter.runtime.logs.driver;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogSink;
import java.util.Map;

/**
 * Sends lines to systemd's journal with the fields that Docker sets. As moby's
 * daemon/logger/journald.
 */
final class JournaldDriver implements LogDriver {
  private static final String SOCKET = "/run/systemd/journal/socket";

  private final String socket;

  JournaldDriver() {
    this(SOCKET);
  }

  /** For tests: sends to another socket. */
  JournaldDriver(String socket) {
    this.socket = socket;
  }

  @Override
  public String name() {
    return "journald";
  }

  @Override
  public void validate(Map<String, String> given) {
    LogOptions options = new LogOptions(name(), given);
    options.allowOnly(LogOptions.COMMON);
    LogAttributes.validate(options);
  }

  @Override
  public LogSink open(ContainerInfo container, Map<String, String> given) {
    LogOptions options = new LogOptions(name(), given);
    JournaldEncoder encoder = JournaldEncoder.of(container, options, RandomId.next());
    UnixDatagrams datagrams = UnixDatagrams.connect(Linux.kernel(), socket);
    if (datagrams == null) {
      throw new LogDriverException(
          "journald log driver: journald is not enabled on this host: nobody listens at " + socket);
    }
    return new MessageSink(
        encoder, new DatagramOutlet(new JournalDatagrams(Linux.kernel(), datagrams)));
  }
}
