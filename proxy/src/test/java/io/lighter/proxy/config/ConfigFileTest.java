package io.lighter.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.proxy.kube.ProxyNode;
import io.lighter.proxy.service.Affinity;
import io.lighter.proxy.service.Balancing;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Ejection;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.HealthCheck;
import io.lighter.proxy.service.IpText;
import io.lighter.proxy.service.Limits;
import io.lighter.proxy.service.NoEndpoint;
import io.lighter.proxy.service.ProxyHeaders;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Timeouts;
import io.lighter.proxy.service.Transport;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file without mistakes says. */
class ConfigFileTest {
  private static final String ALL_OF_A_SERVICE =
      """
      services:
        web:
          listen: [tcp://0.0.0.0:443, "[::]:443"]
          serverNames: [Example.org, "*.example.org"]
          endpoints:
            - 10.0.0.1:80
            - {address: 10.0.0.2:80, weight: 0}
            - {address: "unix:/run/x y.sock", weight: 7, drain: true}
          balance: random-two
          affinity: 3h
          timeouts: {connect: 500ms, idle: 1h30m, flow: 5s, drain: 1d}
          attempts: 5
          limits: {connections: 1000, connectionsPerEndpoint: 100, rate: 50, burst: 60}
          check: {http: "/healthz?a=b", host: example.org, interval: 3s, timeout: 2s, rise: 4, fall: 5}
          ejection: {failures: 6, time: 7s}
          proxyProtocol: {receive: true, send: v2}
          noEndpoint: drop
          sources: [10.0.0.0/8, "fd00::/8", 192.0.2.1]
          transparent: yes
          turbo: true
      """;

  @TempDir private Path folder;

  private static ProxyConfig parse(String text) throws ConfigException {
    return ConfigFile.parse("proxy.yaml", text);
  }

  private static Service onlyService(String text) throws ConfigException {
    List<Service> services = parse(text).services().services();
    assertThat(services).hasSize(1);
    return services.getFirst();
  }

  private static Service service(ProxyConfig config, String name) {
    return Objects.requireNonNull(config.services().byName().get(name));
  }

  @Test
  void shouldReadEachFieldOfAService() throws Exception {
    Set<String> names = Set.of("example.org", "*.example.org");
    assertThat(onlyService(ALL_OF_A_SERVICE))
        .isEqualTo(
            new Service(
                "web",
                List.of(
                    new Frontend(Transport.TCP, IpText.socket("0.0.0.0:443"), names),
                    new Frontend(Transport.TCP, IpText.socket("[::]:443"), names)),
                List.of(
                    new Endpoint(IpText.socket("10.0.0.1:80")),
                    new Endpoint(IpText.socket("10.0.0.2:80"), 0, false),
                    new Endpoint(UnixDomainSocketAddress.of("/run/x y.sock"), 7, true)),
                new Behaviour(
                    Balancing.RANDOM_TWO,
                    new Affinity(Duration.ofHours(3)),
                    new Timeouts(
                        Duration.ofMillis(500),
                        Duration.ofMinutes(90),
                        Duration.ofSeconds(5),
                        Duration.ofDays(1)),
                    5,
                    new Limits(1000, 100, 50, 60),
                    new HealthCheck(
                        new HealthCheck.Http("/healthz?a=b", "example.org"),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(2),
                        4,
                        5),
                    new Ejection(6, Duration.ofSeconds(7)),
                    new ProxyHeaders(true, ProxyHeaders.Version.V2),
                    NoEndpoint.DROP,
                    List.of(
                        IpText.range("10.0.0.0/8"),
                        IpText.range("fd00::/8"),
                        IpText.range("192.0.2.1")),
                    true,
                    true)));
  }

  @Test
  void shouldReadEachFieldOfTheProxy() throws Exception {
    ProxyConfig config =
        parse(
            """
            threads: 4
            tier: ebpf
            cgroup: /sys/fs/cgroup/pods
            metrics: "[::1]:9101"
            accessLog: /var/log/a.log
            control: /run/c.sock
            grace: 0
            backlog: 99
            greeting: 1s
            kubernetes:
              manifests: [/etc/a, /etc/b.yaml]
              node: n1
              zone: z1
              addresses: [10.0.0.7, "fd00::7"]
              nodePortAddresses: 10.0.0.0/8
            """);
    assertThat(config.services().services()).isEmpty();
    assertThat(config)
        .isEqualTo(
            new ProxyConfig(
                config.services(),
                new KubernetesInput(
                    List.of(Path.of("/etc/a"), Path.of("/etc/b.yaml")),
                    new ProxyNode(
                        "n1",
                        "z1",
                        List.of(IpText.address("10.0.0.7"), IpText.address("fd00::7")),
                        List.of(IpText.range("10.0.0.0/8")))),
                4,
                Tier.EBPF,
                Path.of("/sys/fs/cgroup/pods"),
                IpText.socket("[::1]:9101"),
                Path.of("/var/log/a.log"),
                Path.of("/run/c.sock"),
                Duration.ZERO,
                99,
                Duration.ofSeconds(1)));
  }

  @Test
  void shouldReadNothingAsTheDefaults() throws Exception {
    assertThat(parse("")).isEqualTo(ProxyConfig.DEFAULT);
    assertThat(parse("# nothing\n---\n")).isEqualTo(ProxyConfig.DEFAULT);
  }

  @Test
  void shouldReadJson() throws Exception {
    Service service =
        onlyService(
            """
            {
            \t"services": {"web": {"listen": "0.0.0.0:80", "endpoints": ["10.0.0.1:80"],
            \t\t"check": {"http": "\\/a"}, "attempts": 2, "turbo": false}}
            }
            """);
    assertThat(service.behaviour().attempts()).isEqualTo(2);
    assertThat(service.behaviour().check())
        .extracting(HealthCheck::probe)
        .isEqualTo(new HealthCheck.Http("/a", ""));
  }

  @Test
  void shouldLetServicesSayOtherwiseThanTheDefaults() throws Exception {
    ProxyConfig config =
        parse(
            """
            defaults:
              timeouts: {connect: 1s, idle: 2s}
              check: {http: /a, interval: 9s}
              affinity: 1h
              ejection: never
            services:
              a: {listen: 0.0.0.0:1, endpoints: []}
              b: {listen: 0.0.0.0:2, endpoints: [], timeouts: {idle: 3s}, check: {rise: 9}, affinity: none}
              c: {listen: 0.0.0.0:3, endpoints: [], check: none, ejection: {failures: 1, time: 1s}}
              d: {listen: 0.0.0.0:4, endpoints: [], check: tcp, limits: {rate: 10}}
            """);
    Behaviour a = service(config, "a").behaviour();
    assertThat(a.timeouts().connect()).isEqualTo(Duration.ofSeconds(1));
    assertThat(a.timeouts().flow()).isEqualTo(Timeouts.DEFAULT.flow());
    assertThat(a.ejection()).isEqualTo(Ejection.NEVER);
    Behaviour b = service(config, "b").behaviour();
    assertThat(b.timeouts().connect()).isEqualTo(Duration.ofSeconds(1));
    assertThat(b.timeouts().idle()).isEqualTo(Duration.ofSeconds(3));
    assertThat(b.affinity()).isEqualTo(Affinity.NONE);
    assertThat(b.check())
        .isEqualTo(
            new HealthCheck(
                new HealthCheck.Http("/a", ""),
                Duration.ofSeconds(9),
                Duration.ofSeconds(1),
                9,
                3));
    Behaviour c = service(config, "c").behaviour();
    assertThat(c.check()).isNull();
    assertThat(c.ejection()).isEqualTo(new Ejection(1, Duration.ofSeconds(1)));
    Behaviour d = service(config, "d").behaviour();
    assertThat(d.check())
        .extracting(HealthCheck::probe, HealthCheck::interval)
        .containsExactly(new HealthCheck.Connect(), Duration.ofSeconds(9));
    assertThat(d.limits()).isEqualTo(new Limits(0, 0, 10, 10));
  }

  @Test
  void shouldMakeTwoServicesOfBothTransports() throws Exception {
    assertThat(
            parse(
                    """
                    services:
                      dns:
                        listen: [udp://0.0.0.0:53, tcp://0.0.0.0:53]
                        endpoints: [10.0.0.1:53]
                    """)
                .services()
                .byName())
        .containsOnlyKeys("dns/tcp", "dns/udp")
        .extractingByKey("dns/udp")
        .extracting(Service::transport)
        .isEqualTo(Transport.UDP);
  }

  @Test
  void shouldNotSpeakOfProxyHeadersToDatagrams() throws Exception {
    ProxyConfig config =
        parse(
            """
            defaults: {proxyProtocol: {send: v1}}
            services:
              dns: {listen: [udp://0.0.0.0:53, tcp://0.0.0.0:53], endpoints: []}
            """);
    assertThat(service(config, "dns/udp").behaviour().headers()).isEqualTo(ProxyHeaders.NONE);
    assertThat(service(config, "dns/tcp").behaviour().headers().send())
        .isEqualTo(ProxyHeaders.Version.V1);
  }

  @Test
  void shouldKnowAnchorsAndMerges() throws Exception {
    ProxyConfig config =
        parse(
            """
            services:
              a: &base
                listen: 0.0.0.0:1
                endpoints: &list [10.0.0.1:80]
                attempts: 7
              b: {<<: *base, listen: 0.0.0.0:2}
              c: {listen: 0.0.0.0:3, endpoints: *list}
            """);
    assertThat(service(config, "b").behaviour().attempts()).isEqualTo(7);
    assertThat(service(config, "c").endpoints()).hasSize(1);
  }

  @Test
  void shouldReadAFileOrSayWhy() throws Exception {
    Path file = Files.writeString(folder.resolve("proxy.json"), "{\"threads\": 3}");
    assertThat(ConfigFile.read(file).threads()).isEqualTo(3);

    Files.write(file, new byte[] {'a', (byte) 0xff});
    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessage(file + ":1:1: the file is no text in UTF-8");
  }
}
