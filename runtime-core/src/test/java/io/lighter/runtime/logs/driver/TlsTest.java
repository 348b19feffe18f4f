package io.lighter.runtime.logs.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.runtime.logs.LogSink;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Resource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Syslog and Fluentd by TLS. */
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = Resource.CGROUP)
class TlsTest {
  private static final long TIME = 1_767_323_045_060_700_000L;

  /** One key for all tests: making it takes long. */
  @TempDir private static Path folder;

  private TlsPeer peer(String protocol, boolean wantsClient) throws Exception {
    return new TlsPeer(folder, protocol, wantsClient, bytes -> new byte[0]);
  }

  private static LogSink open(String host, TlsPeer peer, String... more) {
    Map<String, String> options = new HashMap<>();
    options.put("syslog-address", "tcp+tls://" + host + ":" + peer.port());
    options.put("syslog-format", "rfc5424");
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return LogDrivers.standard(Runnable::run).open("syslog", Containers.web(), options);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void shouldSendMessagesWithTheirLengthToAPeerThatIsTrusted(String protocol) throws Exception {
    try (TlsPeer peer = peer(protocol, false)) {
      String ca = peer.certificate(folder.resolve("ca.pem")).toString();
      try (LogSink sink = open("localhost", peer, "syslog-tls-ca-cert", ca)) {
        // More than a record of TLS holds.
        TextBatch.appendAll(sink, TIME, "hello\n" + ("x".repeat(999) + "\n").repeat(100));
        await()
            .untilAsserted(
                () -> assertThat(peer.text()).hasSizeGreaterThan(100_000).endsWith("xxx\n"));
      }
      String first = peer.text().substring(0, peer.text().indexOf('\n') + 1);
      assertThat(first).matches("\\d+ <30>1 .* - hello\n");
      assertThat(first.substring(first.indexOf('<')))
          .hasSize(Integer.parseInt(first.substring(0, first.indexOf(' '))));
    }
  }

  @Test
  void shouldShowACertificateToAPeerThatWantsOne() throws Exception {
    try (TlsPeer peer = peer("TLSv1.3", true)) {
      String cert = peer.certificate(folder.resolve("cert.pem")).toString();
      String key = peer.key(folder.resolve("key.pem")).toString();
      try (LogSink sink =
          open(
              "localhost",
              peer,
              "syslog-tls-ca-cert",
              cert,
              "syslog-tls-cert",
              cert,
              "syslog-tls-key",
              key)) {
        TextBatch.appendAll(sink, TIME, "hello\n");
        await().untilAsserted(() -> assertThat(peer.text()).endsWith(" - hello\n"));
      }
    }
  }

  @Test
  @RequiresTool("openssl")
  void shouldReadAKeyOfPkcs1AndSayHowToConvertOthers() throws Exception {
    try (TlsPeer peer = peer("TLSv1.3", true)) {
      String cert = peer.certificate(folder.resolve("cert.pem")).toString();
      Path key = peer.key(folder.resolve("key.pem"));
      Path old = folder.resolve("old.pem");
      new ProcessBuilder(
              "openssl", "rsa", "-in", key.toString(), "-traditional", "-out", old.toString())
          .start()
          .waitFor();
      assertThat(Files.readString(old)).startsWith("-----BEGIN RSA PRIVATE KEY-----");
      String[] files = {"syslog-tls-ca-cert", cert, "syslog-tls-cert", cert, "syslog-tls-key", ""};
      files[5] = old.toString();
      try (LogSink sink = open("localhost", peer, files)) {
        TextBatch.appendAll(sink, TIME, "hello\n");
        await().untilAsserted(() -> assertThat(peer.text()).endsWith(" - hello\n"));
      }
      files[5] = cert;
      assertThatThrownBy(() -> open("localhost", peer, files))
          .isInstanceOf(LogOptionException.class)
          .hasMessageContaining("syslog-tls-key")
          .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }
  }

  @Test
  void shouldRefuseAPeerThatIsNotTrusted() throws Exception {
    try (TlsPeer peer = peer("TLSv1.3", false)) {
      assertThatThrownBy(() -> open("localhost", peer))
          .isInstanceOf(LogDriverException.class)
          .hasMessageContaining("cannot connect to tls://localhost:" + peer.port());
    }
  }

  @Test
  void shouldRefuseAPeerOfAnotherName() throws Exception {
    try (TlsPeer peer = peer("TLSv1.3", false)) {
      String ca = peer.certificate(folder.resolve("ca.pem")).toString();
      assertThatThrownBy(() -> open("127.0.0.1", peer, "syslog-tls-ca-cert", ca))
          .isInstanceOf(LogDriverException.class);
    }
  }

  @Test
  void shouldTakeAnyPeerWhenItIsToldSo() throws Exception {
    try (TlsPeer peer = peer("TLSv1.3", false);
        LogSink sink = open("127.0.0.1", peer, "syslog-tls-skip-verify", "true")) {
      TextBatch.appendAll(sink, TIME, "hello\n");
      await().untilAsserted(() -> assertThat(peer.text()).endsWith(" - hello\n"));
    }
  }

  @Test
  void shouldNameAFileThatIsMissing() throws Exception {
    try (TlsPeer peer = peer("TLSv1.3", false)) {
      assertThatThrownBy(() -> open("localhost", peer, "syslog-tls-ca-cert", "/no/such.pem"))
          .isInstanceOf(LogOptionException.class)
          .hasMessageContaining("/no/such.pem")
          .hasMessageContaining("syslog-tls-ca-cert");
      assertThatThrownBy(() -> open("localhost", peer, "syslog-tls-cert", "/no/such.pem"))
          .isInstanceOf(LogOptionException.class)
          .hasMessageContaining("go together");
      open("localhost", peer, "syslog-tls-skip-verify", "true").close();
    }
  }

  @Test
  void shouldReadAcknowledgementsOfFluentd() throws Exception {
    try (TlsPeer peer = new TlsPeer(folder, "TLSv1.3", false, FluentdTest::acknowledge)) {
      Map<String, String> options =
          Map.of(
              "fluentd-address", "tls://localhost:" + peer.port(), "fluentd-request-ack", "true");
      try (LogSink sink = new FluentdDriver(peer.context()).open(Containers.web(), options)) {
        assertThat(sink.append(TextBatch.stdout(TIME, "one\ntwo\n"))).isEqualTo(8);
        assertThat(sink.append(TextBatch.stdout(TIME, "three\n"))).isEqualTo(6);
      }
      assertThat(peer.text()).contains("one").contains("two").contains("three");
    }
  }
}
