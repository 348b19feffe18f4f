package io.lighter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake is told with its line, its field, and how to mend it. */
class MistakesTest {
  private static ConfigException refused(String text) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> ConfigFile.parse("p.yaml", text));
    assertThat(refused).as(text).isNotNull();
    return refused;
  }

  @Test
  void shouldTellAllMistakesOfAFile() {
    assertThat(
            refused(
                """
                threads: many
                services:
                  web:
                    listen: [tcp://0.0.0.0:80, udp//0.0.0.0:80]
                    endpoints:
                      - db.example.org:5432
                      - {address: 10.0.0.1:80, wieght: 3}
                    balence: random
                    timeouts: {connect: 10}
                    timeouts: {idle: 5s}
                  api:
                    listen: tcp://0.0.0.0:80
                    endpoints: []
                    balance: roundrobin
                metric: 127.0.0.1:9101
                """))
        .hasMessage(
            """
            p.yaml:1:10: threads: 'many' is no number from 0 to 1024
            p.yaml:4:32: services.web.listen[1]: 'udp//0.0.0.0' is no IP address, and host names are not looked up
            p.yaml:6:9: services.web.endpoints[0]: 'db.example.org' is no IP address, and host names are not looked up
            p.yaml:7:32: services.web.endpoints[1].wieght: not known (did you mean weight?)
            p.yaml:8:5: services.web.balence: not known (did you mean balance?)
            p.yaml:9:25: services.web.timeouts.connect: '10' has no unit: write 10s or 10ms
            p.yaml:10:5: services.web.timeouts: there already in line 9
            p.yaml:12:13: services.api.listen: this address is already that of services.web.listen[0] in line 4
            p.yaml:14:14: services.api.balance: 'roundrobin' is none of round-robin, least-connections, random, random-two, maglev (did you mean round-robin?)
            p.yaml:15:1: metric: not known (did you mean metrics?)\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "[a]                            | 1:1: a list, where fields are expected",
        "hello                          | 1:1: a single value, where fields are expected",
        "? [a, b]\\n: c                  | 1:3: a name in it is no single word",
        "colour: red                    | colour: not known: there are accessLog, backlog, cgroup,"
            + " ",
        "threads:                       | threads: has no value: give it one, or leave it out",
        "threads: [1]                   | threads: a list, where one value is expected",
        "threads: 010                   | threads: '010' is no number",
        "threads: 0x10                  | threads: '0x10' is no number",
        "threads: -1                    | threads: '-1' is no number from 0 to 1024",
        "threads: 1.5                   | threads: '1.5' is no number",
        "threads: 99999999999999        | is no number from 0 to 1024",
        "tier: eBFP                     | tier: 'eBFP' is none of auto, epoll, ebpf (did you mean"
            + " ebpf?)",
        "metrics: 9101                  | metrics: '9101' has no port: write 9101:80",
        "metrics: localhost:9101        | host names are not looked up",
        "accessLog: a.log               | accessLog: 'a.log' is no absolute path",
        "control: \"/a\\\\0b\"            | is no path",
        "greeting: 0                    | greeting: is longer than zero",
        "backlog: 0                     | backlog: '0' is no number from 1 to 65535",
        "grace: soon                    | grace: 'soon' is no time: write it like 500ms, 10s, 5m,"
            + " 3h or 7d",
        "grace: 5 s                     | grace: '5 s' is no time",
        "grace: -5s                     | grace: '-5s' is no time",
        "{tier: epoll, cgroup: /a}      | cgroup: is for eBPF",
        "services: [a]                  | services: a list, where fields are expected",
        "services: {'': {}}             | services.'': a service needs a name",
        "services: {a.b: {x: 1}}        | services.'a.b'.x: not known",
        "services: {a: }                | services.a: has no value",
        "kubernetes: {node: n}          | kubernetes: has no manifests",
        "kubernetes: {manifests: a}     | kubernetes.manifests: 'a' is no absolute path",
        "kubernetes: {manifests: /a, nodePortAddresses: 10.0.0.0/8} | none of the node's addresses"
            + " [] is in 10.0.0.0/8",
        "kubernetes: {manifests: /a, addresses: [n1]} | kubernetes.addresses[0]: 'n1' is no IP"
            + " address",
        "a: &x 1\\nb: *y                 | 2:4: no YAML: found undefined alias y",
        "a: 1\\n---\\nb: 2                | 2:1: no YAML expected a single document in the stream",
        "threads: \"1                   | no YAML",
        "a: [tcp://[::]:80]             | (within a list in brackets, quote addresses of IPv6)",
        "<<: 1                          | a << in it stands for no mapping",
      })
  void shouldSayWhatIsWrongWithTheFile(String text, String problem) {
    assertThat(refused(text.translateEscapes()).getMessage()).contains(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '§',
      value = {
        "endpoints: []                      | has no listen: write the addresses",
        "listen: 0.0.0.0:80                 | has no endpoints: write where they are sent",
        "listen: http://0.0.0.0:80          | listen: 'http' is none of tcp, udp",
        "listen: tpc://0.0.0.0:80           | 'tpc' is none of tcp, udp (did you mean tcp?)",
        "listen: ':80'                        | listen: ':80' has no address: write 0.0.0.0:80,"
            + " [::]:80 or both",
        "listen: [0.0.0.0:80, 0.0.0.0:80]   | listen[1]: this address is already that of"
            + " services.s.listen[0] in line 1",
        "listen: {a: b}                     | listen: a mapping, where a list is expected",
        "listen: [[0.0.0.0:80]]             | listen[0]: a list, where one value is expected",
        "listen: udp://0.0.0.0:80, serverNames: a | serverNames: for TCP only",
        "serverNames: ['a b']               | serverNames[0]: 'a b' is no name of a server",
        "serverNames: ['a.*.b']             | 'a.*.b' is no name of a server",
        "serverNames: [a, A]                | serverNames[1]: 'A' is there twice",
        "endpoints: [10.0.0.1:80, 10.0.0.1:80] | endpoints[1]: the same endpoint is already in line"
            + " 1",
        "endpoints: [tcp://10.0.0.1:80]     | endpoints[0]: an endpoint is spoken to as listen"
            + " says: write 10.0.0.1:80",
        "endpoints: [unix:run/a.sock]       | endpoints[0]: 'run/a.sock' is no absolute path",
        "endpoints: [{weight: 1}]           | endpoints[0]: has no address",
        "endpoints: [{address: 10.0.0.1:80, weight: 65536}] | weight: '65536' is no number from 0"
            + " to 65535",
        "endpoints: [{address: 10.0.0.1:80, drain: ture}] | drain: 'ture' is neither true nor false"
            + " (did you mean true?)",
        "listen: udp://0.0.0.0:80, endpoints: [unix:/a] | service s is UDP, and an endpoint of it"
            + " is a Unix socket",
        "listen: udp://0.0.0.0:80, proxyProtocol: {send: v1} | proxyProtocol: for TCP only: leave"
            + " the udp:// addresses to another service",
        "listen: 10.0.0.1:80, endpoints: [10.0.0.1:80] | endpoints[0]: the service would connect to"
            + " itself",
        "balance: least_connections         | (did you mean least-connections?)",
        "affinity: 2d                       | affinity: the time of an affinity is PT48H: whole"
            + " seconds, up to PT24H",
        "affinity: 500ms                    | whole seconds",
        "timeouts: {connect: 0}             | timeouts: the times to connect and of a flow are"
            + " longer than zero",
        "timeouts: 5s                       | timeouts: a single value, where fields are expected",
        "attempts: 0                        | attempts: '0' is no number from 1 to 1000",
        "limits: {burst: 5}                 | limits: a rate has a burst of at least 1, and no"
            + " burst is alone",
        "check: ping                        | check: 'ping' is no check: write none, tcp, {http:"
            + " /path} or {command: [...]}",
        "check: {interval: 5s}              | check: does not say what is done: write one of tcp:"
            + " true",
        "check: {http: /, tcp: true}        | check: tcp and http: write one of",
        "check: {http: a}                   | check.http: the path of a check begins with a slash",
        "check: {tcp: false}                | check.tcp: is true, or left out",
        "check: {tcp: true, host: a}        | check.host: is for a check by http: /path",
        "check: {command: []}               | check.command: the command of a check is empty",
        "check: {http: /, intervall: 5s}    | (did you mean interval?)",
        "check: {http: /, interval: 0}      | check: the times of a check are longer than zero",
        "ejection: always                   | ejection: a single value, where fields are expected",
        "ejection: {time: 0}                | ejection: an ejection needs",
        "proxyProtocol: {send: v3}          | proxyProtocol.send: 'v3' is none of none, v1, v2 (did"
            + " you mean v1?)",
        "proxyProtocol: {recieve: true}     | (did you mean receive?)",
        "noEndpoint: refuse                 | noEndpoint: 'refuse' is none of reject, drop",
        "sources: [10.1.0.0/8]              | sources[0]: 10.1.0.0/8 has bits set behind its"
            + " prefix",
        "sources: [all]                     | sources[0]: 'all' is no IP address",
        "turbo: 1                           | turbo: '1' is neither true nor false",
        "noendpoint: drop                   | services.s.noendpoint: not known (did you mean"
            + " noEndpoint?)",
      })
  void shouldSayWhatIsWrongWithAService(String fields, String problem) {
    assertThat(refused("services: {s: {" + fields + "}}").getMessage()).contains(problem);
  }

  @Test
  void shouldRefuseWhatATierCannotDo() {
    String service = "listen: 0.0.0.0:80, endpoints: []";
    assertThat(refused("{tier: ebpf, services: {s: {" + service + ", balance: random-two}}}"))
        .hasMessageContaining("services.s.balance: eBPF counts no connections");
    assertThat(refused("{tier: ebpf, defaults: {balance: least-connections}}"))
        .hasMessageContaining("defaults.balance: eBPF counts no connections");
    assertThat(refused("{tier: epoll, services: {s: {" + service + ", turbo: true}}}"))
        .hasMessageContaining("services.s.turbo: needs eBPF");
  }

  @Test
  void shouldRefuseAddressesThatCannotBeShared() {
    assertThat(
            refused(
                """
                metrics: 0.0.0.0:443
                services:
                  a: {listen: 0.0.0.0:443, serverNames: [a.example], endpoints: []}
                  b: {listen: 0.0.0.0:443, proxyProtocol: {receive: true}, endpoints: []}
                """))
        .hasMessage(
            "p.yaml:1:10: metrics: this address is that of services.a.listen in line 3\n"
                + "p.yaml:4:15: services.b.listen: services.a.listen in line 3 has the same"
                + " address, and only one of them has proxyProtocol: {receive: true}");
  }

  @Test
  void shouldRefuseNamesOfSocketsThatTheKernelDoesNotTake() {
    String path = "/run/" + "x".repeat(103);
    assertThat(refused("control: " + path))
        .hasMessageContaining("has 108 bytes, and the name of a Unix socket has 107 at most");
    assertThat(refused("services: {s: {listen: 0.0.0.0:1, endpoints: [unix:" + path + "]}}"))
        .hasMessageContaining("services.s.endpoints[0]: '" + path + "' has 108 bytes");
  }

  @Test
  void shouldRefuseNamesThatBecomeOne() {
    assertThat(
            refused(
                """
                services:
                  dns/udp: {listen: 0.0.0.0:1, endpoints: []}
                  dns: {listen: [tcp://0.0.0.0:53, udp://0.0.0.0:53], endpoints: []}
                """))
        .hasMessageContaining("services.dns: becomes dns/udp, which there is already in line 2");
  }

  @Test
  void shouldTellApartTheNamesOfOneAddress() {
    assertThat(
            refused(
                """
                services:
                  a: {listen: 0.0.0.0:443, serverNames: [a.example], endpoints: []}
                  b: {listen: 0.0.0.0:443, endpoints: []}
                  c: {listen: 0.0.0.0:443, serverNames: [c.example, a.example], endpoints: []}
                """))
        .hasMessage(
            "p.yaml:4:15: services.c.listen: this address with a.example is already that of"
                + " services.a.listen in line 2");
  }

  @Test
  void shouldTellTheFirstOfVeryManyMistakes() {
    String text =
        IntStream.range(0, 250).mapToObj(i -> "x" + i + ": 1\n").collect(Collectors.joining());
    ConfigException refused = refused(text);
    assertThat(refused.mistakes()).hasSize(Reading.TOLD);
    assertThat(refused).hasMessageEndingWith("\np.yaml: and 150 more mistakes");
  }

  @Test
  void shouldNotBeTiredOutByAliases() {
    StringBuilder bomb = new StringBuilder("a0: &a0 {x: 1}\n");
    for (int i = 1; i < 60; i++) {
      String alias = "*a" + (i - 1);
      bomb.append("a%d: &a%d {<<: [%s]}\n".formatted(i, i, list(alias, 10)));
    }
    assertThat(refused(bomb + "services: {s: {<<: *a59}}\n")).hasMessageContaining("a0: not known");
    String wide = "a: &a [%s]\nb: &b [%s]\n".formatted(list("10.0.0.1:80", 5000), list("*a", 1000));
    assertThatThrownBy(
            () ->
                ConfigFile.parse("p", wide + "services: {s: {listen: 0.0.0.0:80, endpoints: *b}}"))
        .hasMessageContaining("a list, where one value is expected");
    assertThat(refused("a: &a [*a]\nservices: {s: {endpoints: *a}}"))
        .hasMessageContaining("services.s.endpoints[0]: a list");
    assertThat(refused("a: &a {<<: *a}\nservices: *a"))
        .hasMessageContaining("a << in it stands for no mapping");
    assertThat(refused("[".repeat(1000))).hasMessageContaining("no YAML");
  }

  @Test
  void shouldNotBeTiredOutByOneListForManyServices() {
    StringBuilder text = new StringBuilder("services:\n");
    for (int i = 0; i < 200; i++) {
      text.append("  s%d: {listen: 0.0.0.0:%d, endpoints: ".formatted(i, i + 1))
          .append(i == 0 ? "&e [" + endpoints(5000) + "]" : "*e")
          .append("}\n");
    }
    assertThat(refused(text.toString()))
        .hasMessageContaining("here the file, with its aliases, has more than 600000 values");
  }

  private static String endpoints(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "10.0.%d.%d:80".formatted(i / 250, i % 250))
        .collect(Collectors.joining(","));
  }

  private static String list(String item, int count) {
    return String.join(",", Collections.nCopies(count, item));
  }
}
