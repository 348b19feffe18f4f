package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.registry.credentials.CredentialSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send what they must not, half of it, or nothing at all. */
class HostileClientTest {
  private static final String DATA = "0123456789";
  private static final Digest DIGEST = Digest.of(DATA.getBytes(StandardCharsets.UTF_8));

  @TempDir private Path folder;
  private RegistryServer server;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        Servers.start(
            Servers.options(folder.resolve("registry")).withPatience(Duration.ofSeconds(1)));
    client = new RawClient(server.address());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private void restart() throws IOException {
    client.close();
    server.close();
    server = Servers.start(Servers.options(folder.resolve("registry")));
    client = new RawClient(server.address());
  }

  private void assertRefused(RawClient.Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).startsWith("{\"errors\":[{\"code\":\"" + code + "\"");
  }

  private static String lines(String request, String... headers) {
    return request
        + " HTTP/1.1\r\nHost: x\r\n"
        + Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining())
        + "\r\n";
  }

  private String begin() throws IOException {
    RawClient.Answer begun = client.ask("POST", "/v2/app/blobs/uploads/", "");
    assertThat(begun.status()).isEqualTo(202);
    return begun.header("Location");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/../../../etc/passwd/manifests/x",
        "/v2/%2e%2e/%2e%2e/%2e%2e/manifests/x",
        "/v2/a/../b/blobs/uploads/",
        "/v2/a%2f..%2fb/blobs/uploads/",
        "/v2/A/blobs/uploads/",
        "/v2/a%00b/blobs/uploads/",
        "/v2/.hidden/blobs/uploads/",
        "/v2/a//b/blobs/uploads/",
        "/v2/%zz/blobs/uploads/",
        "/v2/-/blobs/uploads/"
      })
  void shouldRefuseNamesThatAreNone(String path) throws IOException {
    for (String method : List.of("POST", "PUT", "GET", "DELETE")) {
      RawClient.Answer answer = client.ask(method, path, "");
      assertThat(answer.status()).as(method + " " + answer.body()).isBetween(400, 405);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("uploads/"));
    }
  }

  @Test
  void shouldRefuseANameThatIsTooLong() throws IOException {
    String name = "a".repeat(300);
    assertRefused(client.ask("POST", "/v2/" + name + "/blobs/uploads/", ""), 400, "NAME_INVALID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha256:../../../../etc/passwd",
        "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha256:12",
        "sha256",
        ":"
      })
  void shouldRefuseDigestsThatAreNone(String digest) throws IOException {
    assertThat(client.ask("GET", "/v2/app/blobs/" + digest, "").status()).isIn(400, 404);
    assertRefused(client.ask("PUT", begin() + "?digest=" + digest, DATA), 400, "DIGEST_INVALID");
    assertRefused(
        client.ask("POST", "/v2/app/blobs/uploads/?digest=" + digest, DATA), 400, "DIGEST_INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "x", "%2e%2e%2f%2e%2e", "01234567-89ab-cdef-0123-456789abcdef"})
  void shouldKnowOnlyUploadsThatWereBegun(String id) throws IOException {
    for (String method : List.of("GET", "PATCH", "PUT", "DELETE")) {
      RawClient.Answer answer = client.ask(method, "/v2/app/blobs/uploads/" + id, "");
      assertThat(answer.status()).isIn(404, 400);
    }
  }

  @Test
  void shouldNotFinishUploadsOfOtherRepositories() throws IOException {
    String location = begin().replace("/app/", "/other/");
    assertRefused(client.ask("GET", location, ""), 404, "BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  void shouldForgetAnUploadWithAnotherDigest() throws IOException {
    String location = begin();
    assertRefused(
        client.ask("PUT", location + "?digest=" + Digest.of(new byte[0]), DATA),
        400,
        "DIGEST_INVALID");
    assertRefused(client.ask("GET", location, ""), 404, "BLOB_UPLOAD_UNKNOWN");
    assertThat(client.ask("HEAD", "/v2/app/blobs/" + DIGEST, "").status()).isEqualTo(404);
  }

  @Test
  void shouldTakeChunksInOrderOnly() throws IOException {
    String location = begin();
    assertThat(client.ask("PATCH", location, "01234", "Content-Range: 0-4").header("Range"))
        .isEqualTo("0-4");
    RawClient.Answer wrong = client.ask("PATCH", location, "789", "Content-Range: 7-9");
    assertRefused(wrong, 416, "RANGE_INVALID");
    assertThat(wrong.header("Range")).isEqualTo("0-4");
    assertThat(client.ask("PATCH", location, "56789", "Content-Range: 5-9").status())
        .isEqualTo(202);
    assertThat(client.ask("PUT", location + "?digest=" + DIGEST, "").status()).isEqualTo(201);
    assertThat(client.ask("GET", "/v2/app/blobs/" + DIGEST, "").body()).isEqualTo(DATA);
  }

  @Test
  void shouldGoOnWithHalfAnUploadAfterARestart() throws IOException {
    String location = begin();
    try (RawClient half = new RawClient(server.address())) {
      half.send(lines("PATCH " + location, "Content-Length: 10") + "0123");
    }
    await()
        .untilAsserted(
            () -> assertThat(client.ask("GET", location, "").header("Range")).isEqualTo("0-3"));
    restart();
    assertThat(client.ask("PATCH", location, "456789", "Content-Range: 4-9").status())
        .isEqualTo(202);
    restart();
    assertThat(client.ask("PUT", location + "?digest=" + DIGEST, "").status()).isEqualTo(201);
  }

  @Test
  void shouldNotWaitForeverForTheRestOfABody() throws IOException {
    String location = begin();
    client.send("PATCH " + location + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123");
    assertThat(client.answer(true).status()).isEqualTo(408);
    assertThat(client.drain()).isZero();
  }

  @Test
  void shouldNotWaitForeverForAReader() throws IOException {
    byte[] large = new byte[60 << 20];
    try (Registries registries = Registries.open(Servers.client(CredentialSource.ANONYMOUS))) {
      RemoteRepository app = registries.registry(Servers.domain(server)).repository("app");
      Servers.upload(app, MediaTypes.OCI_LAYER, large);
    }
    client.send("GET /v2/app/blobs/" + Digest.of(large) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
    assertThat(client.drain()).isLessThan(large.length);
  }

  @Test
  void shouldRefuseManifestsThatAreNone() throws IOException {
    String path = "/v2/app/manifests/v1";
    assertRefused(client.ask("PUT", path, "{"), 400, "MANIFEST_INVALID");
    assertRefused(client.ask("PUT", path, "[]"), 400, "MANIFEST_INVALID");
    assertRefused(client.ask("PUT", path, "{\"schemaVersion\":1}"), 400, "MANIFEST_INVALID");
    assertRefused(
        client.ask("PUT", path, "{\"schemaVersion\":2,\"mediaType\":\"text/html\"}"),
        400,
        "MANIFEST_INVALID");
    assertRefused(client.ask("PUT", "/v2/app/manifests/" + DIGEST, "{}"), 400, "DIGEST_INVALID");
    assertRefused(
        client.ask("PUT", "/v2/app/manifests/" + "t".repeat(129), "{}"), 400, "TAG_INVALID");
    assertRefused(client.ask("PUT", path, "x".repeat((4 << 20) + 1)), 413, "SIZE_INVALID");
  }

  @Test
  void shouldAnswerRequestsThatComeTogether() throws IOException {
    client.send(
        lines("GET /v2/").repeat(3)
            + lines("POST /v2/app/blobs/uploads/", "Content-Length: 0")
            + lines("GET /v2/", "Connection: close"));
    assertThat(Stream.of(1, 2, 3, 4, 5).map(i -> status()))
        .containsExactly(200, 200, 200, 202, 200);
    assertThat(client.drain()).isZero();
  }

  private int status() {
    try {
      return client.answer(true).status();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldCloseOnWhatIsNoHttp() throws IOException {
    client.send("\u0016\u0003\u0001 no HTTP at all\r\n\r\n");
    assertThat(client.answer(true).status()).isEqualTo(400);
    assertThat(client.drain()).isZero();
  }

  @Test
  void shouldNotTakeARequestWithTwoLengths() throws IOException {
    client.send(lines("POST /v2/app/blobs/uploads/", "Content-Length: 4", "Content-Length: 5"));
    assertThat(client.answer(true).status()).isEqualTo(400);
  }

  @Test
  void shouldOnlyReadABodyThatIsWanted() throws IOException {
    client.send(
        lines("PUT /v2/app/blobs/uploads/x", "Content-Length: 1000000000", "Expect: 100-continue"));
    assertRefused(client.answer(true), 404, "BLOB_UPLOAD_UNKNOWN");
    assertThat(client.drain()).isZero();
  }

  @Test
  void shouldGivePartsOfABlob() throws IOException {
    client.ask("POST", "/v2/app/blobs/uploads/?digest=" + DIGEST, DATA);
    String path = "/v2/app/blobs/" + DIGEST;
    RawClient.Answer part = client.ask("GET", path, "", "Range: bytes=2-4");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("234");
    assertThat(part.header("Content-Range")).isEqualTo("bytes 2-4/10");
    assertThat(client.ask("GET", path, "", "Range: bytes=-3").body()).isEqualTo("789");
    assertThat(client.ask("GET", path, "", "Range: bytes=8-").body()).isEqualTo("89");
    assertThat(client.ask("GET", path, "", "Range: bytes=8-99").body()).isEqualTo("89");
    assertThat(client.ask("GET", path, "", "Range: bytes=0-1,3-4").body()).isEqualTo(DATA);
    assertRefused(client.ask("GET", path, "", "Range: bytes=10-"), 416, "RANGE_INVALID");
    assertThat(client.ask("GET", path, "", "Range: bytes=2-4", "If-Range: \"x\"").body())
        .isEqualTo(DATA);
    String tag = client.ask("HEAD", path, "").header("ETag");
    assertThat(client.ask("GET", path, "", "If-None-Match: " + tag).status()).isEqualTo(304);
  }

  @Test
  void shouldListInPages() throws IOException {
    for (String name : List.of("c", "a", "b")) {
      client.ask("POST", "/v2/" + name + "/blobs/uploads/?digest=" + DIGEST, DATA);
    }
    RawClient.Answer first = client.ask("GET", "/v2/_catalog?n=2", "");
    assertThat(first.body()).isEqualTo("{\"repositories\":[\"a\",\"b\"]}");
    assertThat(first.header("Link")).isEqualTo("</v2/_catalog?n=2&last=b>; rel=\"next\"");
    RawClient.Answer last = client.ask("GET", "/v2/_catalog?n=2&last=b", "");
    assertThat(last.body()).isEqualTo("{\"repositories\":[\"c\"]}");
    assertThat(last.header("Link")).isEmpty();
    assertThat(client.ask("GET", "/v2/_catalog?n=0", "").body()).isEqualTo("{\"repositories\":[]}");
    assertThat(client.ask("GET", "/v2/_catalog?n=x", "").status()).isEqualTo(400);
  }

  @Test
  void shouldLetWhatIsGoingOnComeToItsEnd() throws Exception {
    String location = begin();
    client.send("PATCH " + location + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123");
    try (RawClient other = new RawClient(server.address())) {
      await()
          .untilAsserted(
              () -> assertThat(other.ask("GET", location, "").header("Range")).isEqualTo("0-3"));
    }
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(this::stopGently);
    await().until(() -> refusesConnections());
    client.send("456789");
    assertThat(client.answer(true).status()).isEqualTo(202);
    assertThat(client.drain()).isZero();
    stopped.join();
  }

  private void stopGently() {
    try {
      server.stop(Duration.ofSeconds(30));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean refusesConnections() {
    try (RawClient _ = new RawClient(server.address())) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void shouldRefuseTwoServersInOneFolder() {
    assertThatThrownBy(() -> Servers.start(Servers.options(folder.resolve("registry"))))
        .hasMessageContaining("in use by another process");
  }
}
