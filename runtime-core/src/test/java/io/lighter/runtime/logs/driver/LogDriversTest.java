package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.logs.LogSink;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which options there are, and what is said of those that are wrong. */
class LogDriversTest {
  private final LogDrivers drivers = LogDrivers.standard(Runnable::run);

  /** Reads {@code name=value name=value}; a value has {@code _} for a space. */
  private static Map<String, String> options(String text) {
    Map<String, String> options = new HashMap<>();
    for (String option : text.isBlank() ? new String[0] : text.split(" ")) {
      int equals = option.indexOf('=');
      options.put(option.substring(0, equals), option.substring(equals + 1).replace('_', ' '));
    }
    return options;
  }

  @Test
  void shouldHaveDockersDrivers() {
    assertThat(drivers.names())
        .containsExactly(
            "fluentd", "gelf", "journald", "json-file", "local", "native", "none", "syslog");
  }

  @Test
  void shouldNameADriverThatThereIsNot() {
    assertThatThrownBy(() -> drivers.validate("splunk", Map.of()))
        .isInstanceOf(LogOptionException.class)
        .hasMessageContaining("no log driver named 'splunk'")
        .hasMessageContaining("syslog");
  }

  @Test
  void shouldTakeDriversOfEmbedders() {
    LogSink sink = new NoneDriver().open(Containers.web(), Map.of());
    LogDriver own =
        new LogDriver() {
          @Override
          public String name() {
            return "own";
          }

          @Override
          public void validate(Map<String, String> options) {
            new LogOptions(name(), options).allowOnly(LogOptions.COMMON);
          }

          @Override
          public LogSink open(ContainerInfo container, Map<String, String> options) {
            return sink;
          }
        };
    LogDrivers more = drivers.with(own);
    assertThat(more.names()).contains("own");
    assertThat(drivers.names()).doesNotContain("own");
    assertThat(more.open("own", Containers.web(), Map.of("tag", "x"))).isSameAs(sink);
    assertThatThrownBy(() -> more.open("own", Containers.web(), Map.of("mode", "x")))
        .hasMessageContaining("'mode'");
    assertThatThrownBy(() -> more.with(own)).hasMessageContaining("'own' is already registered");
  }

  @Test
  void shouldKeepNothingWithNone() {
    LogSink sink = drivers.open("none", Containers.web(), Map.of());
    assertThat(sink.append(TextBatch.stdout(1, "gone\n"))).isEqualTo(5);
    sink.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "local    | ''",
        "local    | max-size=10m max-file=3 compress=false",
        "local    | max-size=1.5_GB compress=T tag={{.Name}} labels=a labels-regex=^b env=C"
            + " env-regex=D",
        "local    | max-file=1 compress=false",
        "native   | ''",
        "native   | max-size=1g max-file=5 max-age=24h segment-size=16m compress=false"
            + " sync=interval",
        "json-file | ''",
        "json-file | max-size=10m max-file=3 compress=true tag={{.ID}} labels=a env-regex=D",
        "syslog   | ''",
        "syslog   | syslog-address=udp://127.0.0.1",
        "syslog   | syslog-address=tcp://[::1]:601 syslog-facility=local7 syslog-format=rfc3164",
        "syslog   | syslog-address=tcp+tls://logs.example:6514 syslog-tls-skip-verify=true",
        "syslog   | syslog-address=unixgram:///dev/null syslog-facility=23"
            + " syslog-format=rfc5424micro",
        "syslog   | tag=x labels=a labels-regex=b env=c env-regex=d syslog-facility=kern",
        "journald | tag=x labels=a labels-regex=b env=c env-regex=d",
        "fluentd  | ''",
        "fluentd  | fluentd-address= fluentd-async= fluentd-buffer-limit=",
        "fluentd  | fluentd-address=localhost fluentd-async=true fluentd-request-ack=true",
        "fluentd  | fluentd-address=tls://[::1]:1 fluentd-async-reconnect-interval=100ms",
        "fluentd  | fluentd-address=unix:///run/f.sock fluentd-max-retries=0"
            + " fluentd-retry-wait=1m1s",
        "fluentd  | fluentd-sub-second-precision=1 fluentd-write-timeout=0"
            + " fluentd-read-timeout=2.5s",
        "gelf     | gelf-address=udp://127.0.0.1:12201 gelf-compression-type=none",
        "gelf     | gelf-address=udp://h:1 gelf-compression-type=zlib gelf-compression-level=-1",
        "gelf     | gelf-address=tcp://h:1 gelf-tcp-max-reconnect=0 gelf-tcp-reconnect-delay=5",
      })
  void shouldAccept(String driver, String options) {
    assertThatCode(() -> drivers.validate(driver, options(options))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none     | max-size=1m                                | max-size",
        "native   | cache-disabled=true                        | unknown log opt 'cache-disabled'"
            + " for native",
        "native   | segment-size=3g                            | segment-size",
        "native   | sync=often                                 | none, interval or each-batch",
        "native   | max-age=-1s                                | maxAge",
        "json-file | max-size=0                                | max-size must be a positive",
        "json-file | max-file=0                                | max-file cannot be less than 1",
        "json-file | compress=true                             | compress cannot be true",
        "json-file | max-sise=1m                               | unknown log opt 'max-sise'",
        "local    | path=/x                                    | unknown log opt 'path' for local",
        "local    | max-size=many                              | max-size",
        "local    | max-size=-1                                | max-size",
        "local    | max-file=-1                                | max-file",
        "local    | max-file=two                               | max-file",
        "local    | max-file=1                                 | compress=false",
        "local    | compress=yes                               | compress",
        "local    | labels-regex=[                             | labels-regex",
        "syslog   | syslog-tag=x                               | unknown log opt 'syslog-tag'",
        "syslog   | syslog-address=127.0.0.1:514               | proto://address",
        "syslog   | syslog-address=http://127.0.0.1:514        | udp, tcp, tcp+tls",
        "syslog   | syslog-address=unix:///no/such/socket      | does not exist",
        "syslog   | syslog-address=udp://::1                   | brackets",
        "syslog   | syslog-address=udp://h:99999               | 65535",
        "syslog   | syslog-facility=local8                     | syslog-facility",
        "syslog   | syslog-facility=24                         | syslog-facility",
        "syslog   | syslog-format=rfc9999                      | rfc5424micro",
        "journald | priority=3                                 | unknown log opt 'priority' for"
            + " journald",
        "journald | env-regex=(                                | env-regex",
        "fluentd  | fluentd-async-connect=true                 | unknown log opt"
            + " 'fluentd-async-connect'",
        "fluentd  | fluentd-address=udp://h                    | tcp, tls, unix",
        "fluentd  | fluentd-address=unix:///                   | path is empty",
        "fluentd  | fluentd-address=tcp://h:1/x                | without a path",
        "fluentd  | fluentd-address=h:x                        | not a port",
        "fluentd  | fluentd-async=maybe                        | fluentd-async",
        "fluentd  | fluentd-buffer-limit=much                  | fluentd-buffer-limit",
        "fluentd  | fluentd-max-retries=-1                     | fluentd-max-retries",
        "fluentd  | fluentd-retry-wait=1                       | fluentd-retry-wait",
        "fluentd  | fluentd-async-reconnect-interval=99ms      | 100ms to 10s",
        "fluentd  | fluentd-write-timeout=-1s                  | not negative",
        "fluentd  | fluentd-read-timeout=soon                  | fluentd-read-timeout",
        "gelf     | ''                                         | required",
        "gelf     | gelf-address=127.0.0.1:1                   | proto://address",
        "gelf     | gelf-address=tls://h:1                     | tcp://host:port",
        "gelf     | gelf-address=udp://h                       | no port",
        "gelf     | gelf-address=udp://h:1 gelf-compression-level=10        | from -1 to 9",
        "gelf     | gelf-address=udp://h:1 gelf-compression-type=lz4        | gzip, zlib or none",
        "gelf     | gelf-address=tcp://h:1 gelf-compression-type=gzip       | only valid for UDP",
        "gelf     | gelf-address=udp://h:1 gelf-tcp-max-reconnect=1         | only valid for TCP",
        "gelf     | gelf-address=tcp://h:1 gelf-tcp-max-reconnect=-1        |"
            + " gelf-tcp-max-reconnect",
        "gelf     | gelf-address=udp://h:1 cache-disabled=true              | cache-disabled",
      })
  void shouldRefuse(String driver, String options, String says) {
    assertThatThrownBy(() -> drivers.validate(driver, options(options)))
        .isInstanceOf(LogOptionException.class)
        .hasMessageContaining(says);
  }
}
