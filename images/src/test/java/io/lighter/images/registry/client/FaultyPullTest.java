package io.lighter.images.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.MediaTypes;
import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import io.lighter.testing.LeavesNothing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pulls from a registry that does everything wrong that can be done wrong. */
class FaultyPullTest {
  private static final byte[] CONTENT = content();
  private static final Descriptor BLOB = Descriptor.of(MediaTypes.OCI_LAYER, CONTENT);
  private static final String MANIFEST = "{\"schemaVersion\":2}";

  private RawServer server;
  private Registries registries;

  private static byte[] content() {
    byte[] content = new byte[200];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 7);
    }
    return content;
  }

  private RawServer.Answer answer = (head, out) -> {};

  /** The JDK opens descriptors of its own with the first sockets, and keeps them. */
  @BeforeAll
  static void warmUp() throws IOException {
    try (RawServer one = new RawServer((head, out) -> out.write(part(0)));
        Registries all = Registries.open(Clients.impatient())) {
      fetch(all.registry(one.domain()).repository("app"), 0);
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = new RawServer((head, out) -> answer.write(head, out));
    registries = Registries.open(Clients.impatient());
  }

  @AfterEach
  void stop() throws IOException {
    registries.close();
    server.close();
  }

  private RemoteRepository against(RawServer.Answer wanted) {
    answer = wanted;
    return registries.registry(server.domain()).repository("app");
  }

  private static int start(RawServer.Head head) {
    String range = head.header("Range");
    return range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
  }

  private static byte[] part(int from, String... headers) {
    byte[] rest = Arrays.copyOfRange(CONTENT, from, CONTENT.length);
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "Content-Range: bytes %d-199/200".formatted(from);
    return from == 0 ? RawServer.answer(200, CONTENT, headers) : RawServer.answer(206, rest, all);
  }

  private static byte[] fetch(RemoteRepository repository, long offset) throws IOException {
    try (InputStream in = repository.blob(BLOB, offset)) {
      return in.readAllBytes();
    }
  }

  /**
   * Lets what was written be read before the connection breaks: of an answer that breaks as soon as
   * it begins the client of the JDK tells nothing but that.
   */
  private static void arrive(OutputStream out, long milliseconds) throws IOException {
    out.flush();
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Kind kindOf(ThrowingCallable call) {
    return catchThrowableOfType(RegistryException.class, call).kind();
  }

  @Test
  void shouldGoOnAfterADropAtEveryByte() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) -> {
              byte[] answer = part(start(head));
              int length = answer.length - (CONTENT.length - start(head)) + 1;
              out.write(answer, 0, length);
              arrive(out, 10);
            });
    assertThat(fetch(repository, 0)).isEqualTo(CONTENT);
    assertThat(server.requests().stream().map(FaultyPullTest::start)).isSorted().contains(199);
  }

  @Test
  void shouldStartAtAnOffset() throws IOException {
    RemoteRepository repository = against((head, out) -> out.write(part(start(head))));
    assertThat(fetch(repository, 150)).isEqualTo(Arrays.copyOfRange(CONTENT, 150, 200));
    assertThat(fetch(repository, 200)).isEmpty();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void shouldSkipWhatARegistryWithoutRangesSendsAgain() throws IOException {
    RemoteRepository repository = against((head, out) -> out.write(RawServer.answer(200, CONTENT)));
    assertThat(fetch(repository, 150)).isEqualTo(Arrays.copyOfRange(CONTENT, 150, 200));
  }

  @Test
  @LeavesNothing
  void shouldGoOnWhenATransferHangs() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) -> {
              byte[] answer = part(start(head));
              if (start(head) == 0) {
                out.write(answer, 0, answer.length - 100);
                RawServer.hang(out);
              }
              out.write(answer);
            });
    assertThat(fetch(repository, 0)).isEqualTo(CONTENT);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  @LeavesNothing
  void shouldGiveUpOnARegistryThatNeverAnswers() throws IOException {
    RemoteRepository repository = against((head, out) -> RawServer.hang(out));
    assertThatThrownBy(() -> repository.manifest("latest"))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("no answer within 500 ms")
        .hasMessageContaining("tried 4 times")
        .hasMessageContaining("app:latest");
  }

  @Test
  void shouldGiveUpOnATransferThatNeverMoves() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) -> {
              byte[] answer = part(start(head));
              out.write(answer, 0, answer.length - (CONTENT.length - start(head)));
            });
    assertThat(kindOf(() -> fetch(repository, 0))).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void shouldRefuseAWrongLength() throws IOException {
    RemoteRepository repository =
        against((head, out) -> out.write(RawServer.answer(200, Arrays.copyOf(CONTENT, 201))));
    assertThatThrownBy(() -> fetch(repository, 0))
        .hasMessageContaining("it has 201 bytes, and must have 200");
  }

  @Test
  @LeavesNothing
  void shouldRefuseMoreThanWasPromised() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) -> {
              out.write(
                  "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8));
              out.write(CONTENT);
              out.write(1);
            });
    assertThat(kindOf(() -> fetch(repository, 0))).isEqualTo(Kind.CORRUPT);
  }

  @Test
  void shouldRefuseAnotherPartThanAskedFor() throws IOException {
    RemoteRepository repository = against((head, out) -> out.write(part(start(head) + 1)));
    assertThatThrownBy(() -> fetch(repository, 10)).hasMessageContaining("another part");
  }

  @Test
  void shouldRefuseContentThatChangedMeanwhile() throws IOException {
    AtomicInteger version = new AtomicInteger();
    RemoteRepository repository =
        against(
            (head, out) -> {
              byte[] answer =
                  RawServer.answer(200, CONTENT, "ETag: \"v" + version.incrementAndGet() + "\"");
              out.write(answer, 0, answer.length - 50);
              arrive(out, 200);
            });
    assertThatThrownBy(() -> fetch(repository, 0)).hasMessageContaining("changed");
    assertThat(server.requests().getLast().header("If-Range")).isEqualTo("\"v1\"");
  }

  @Test
  void shouldNotFollowARedirectInCircles() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) ->
                out.write(
                    RawServer.answer(
                        307, "", "Location: http://" + head.header("host") + head.path())));
    assertThatThrownBy(() -> fetch(repository, 0)).hasMessageContaining("redirects in circles");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void shouldNotFollowRedirectsForEver() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) -> out.write(RawServer.answer(302, "", "Location: " + head.path() + "x")));
    assertThatThrownBy(() -> fetch(repository, 0)).hasMessageContaining("redirects in circles");
  }

  @Test
  void shouldRefuseARedirectToNoServer() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) -> out.write(RawServer.answer(302, "", "Location: file:///etc/passwd")));
    assertThatThrownBy(() -> fetch(repository, 0)).hasMessageContaining("file:///etc/passwd");
  }

  @Test
  void shouldComeBackWhenItIsTold() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    RemoteRepository repository =
        against(
            (head, out) ->
                out.write(
                    asked.incrementAndGet() < 3
                        ? RawServer.answer(429, "", "Retry-After: 0")
                        : part(0)));
    assertThat(fetch(repository, 0)).isEqualTo(CONTENT);
  }

  @Test
  void shouldSayWhenToComeBackIfThatIsTooLate() throws IOException {
    RemoteRepository repository =
        against((head, out) -> out.write(RawServer.answer(429, "", "Retry-After: 3600")));
    assertThatThrownBy(() -> fetch(repository, 0)).hasMessageContaining("in 3600 seconds");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void shouldRefuseAManifestWithAnotherDigest() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) ->
                out.write(
                    RawServer.answer(200, MANIFEST, "Content-Type: " + MediaTypes.OCI_MANIFEST)));
    Digest other = Digest.of(new byte[1]);
    assertThatThrownBy(() -> repository.manifest(other.toString()))
        .hasMessageContaining(
            "has the digest " + Digest.of(MANIFEST.getBytes(StandardCharsets.UTF_8)));
    assertThat(repository.manifest("latest").bytes()).asString().isEqualTo(MANIFEST);
  }

  @Test
  void shouldRefuseAManifestThatIsCalledByAnotherDigest() throws IOException {
    Digest other = Digest.of(new byte[1]);
    RemoteRepository repository =
        against(
            (head, out) ->
                out.write(RawServer.answer(200, MANIFEST, "Docker-Content-Digest: " + other)));
    assertThat(kindOf(() -> repository.manifest("latest"))).isEqualTo(Kind.CORRUPT);
  }

  @Test
  @LeavesNothing
  void shouldRefuseAHugeManifest() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) -> {
              out.write(
                  "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8));
              while (true) {
                out.write(new byte[65536]);
              }
            });
    assertThatThrownBy(() -> repository.manifest("latest"))
        .hasMessageContaining("larger than 4194304 bytes");
  }

  @Test
  void shouldRefuseAPageForPeople() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) ->
                out.write(
                    RawServer.answer(
                        200,
                        "<html>Log in to the hotel",
                        "Content-Type: text/html; charset=utf-8")));
    assertThatThrownBy(() -> repository.manifest("latest")).hasMessageContaining("text/html");
  }

  @Test
  void shouldSayWhatTheRegistrySays() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) ->
                out.write(
                    RawServer.answer(
                        404,
                        "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"no"
                            + " such\\u001b[31m\"}]}")));
    assertThatThrownBy(() -> repository.manifest("latest"))
        .hasMessage(
            "the manifest %s/app:latest: %s answers 404 MANIFEST_UNKNOWN: no such [31m"
                .formatted(server.domain(), server.domain()));
    assertThat(repository.resolve("latest")).isEmpty();
  }

  @Test
  void shouldNotReadPagesForEver() throws IOException {
    RemoteRepository repository =
        against(
            (head, out) ->
                out.write(
                    RawServer.answer(
                        200,
                        "{\"tags\":[\"a\"]}",
                        "Link: </v2/app/tags/list?n=1000&last=a>; rel=\"next\"")));
    assertThatThrownBy(repository::tags).hasMessageContaining("no end");
  }

  @Test
  @LeavesNothing
  void shouldEndWhenInterrupted() throws Exception {
    RemoteRepository repository = against((head, out) -> RawServer.hang(out));
    registries.registry(server.domain()).endpoint();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> repository.manifest("latest")).hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}
