package io.lighter.images.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Descriptor;
import io.lighter.images.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pushes to a registry that forgets, breaks off and refuses. */
class FaultyPushTest {
  private static final byte[] LARGE = new byte[1 << 20];
  private static final byte[] SMALL = new byte[1000];

  static {
    new Random(1).nextBytes(LARGE);
    new Random(2).nextBytes(SMALL);
  }

  private RawServer server;
  private Registries registries;
  private final ByteArrayOutputStream stored = new ByteArrayOutputStream();
  private final List<Long> progress = new CopyOnWriteArrayList<>();
  private RawServer.Answer patch = (head, out) -> {};
  private RawServer.Answer put = (head, out) -> out.write(RawServer.answer(201, ""));
  private boolean isStored;

  @BeforeEach
  void start() throws IOException {
    server =
        new RawServer(
            (head, out) -> {
              switch (head.method()) {
                case "HEAD" -> out.write(RawServer.answer(isStored ? 200 : 404, ""));
                case "POST" ->
                    out.write(RawServer.answer(202, "", "Location: /v2/up/1?state=a%2Fb"));
                case "GET" -> out.write(RawServer.answer(204, "", "Location: /v2/up/1", range()));
                case "PATCH" -> patch.write(head, out);
                case "PUT" -> put.write(head, out);
                default -> out.write(RawServer.answer(204, ""));
              }
            });
    registries = Registries.open(Clients.quick());
  }

  @AfterEach
  void stop() throws IOException {
    registries.close();
    server.close();
  }

  private String range() {
    return "Range: 0-" + Math.max(0, stored.size() - 1);
  }

  private static Descriptor describe(byte[] content) {
    return Descriptor.of(MediaTypes.OCI_LAYER, content);
  }

  private void upload(byte[] content) {
    upload(content, offset -> new ByteArrayInputStream(content, (int) offset, content.length));
  }

  private void upload(byte[] content, BlobSource source) {
    registries
        .registry(server.domain())
        .repository("app")
        .upload(describe(content), source, progress::add);
  }

  private List<String> asked() {
    return server.requests().stream().map(RawServer.Head::method).toList();
  }

  @Test
  void shouldSendASmallBlobAtOnce() throws IOException {
    upload(SMALL);
    assertThat(asked()).containsExactly("POST", "PUT");
    RawServer.Head last = server.requests().getLast();
    assertThat(last.path()).isEqualTo("/v2/up/1?state=a%2Fb&digest=" + describe(SMALL).digest());
    assertThat(last.body()).isEqualTo(SMALL);
    assertThat(progress.getLast()).isEqualTo(SMALL.length);
  }

  @Test
  void shouldGoOnWhereTheRegistryStands() throws IOException {
    AtomicInteger chunks = new AtomicInteger();
    patch =
        (head, out) -> {
          boolean breaks = chunks.incrementAndGet() == 1;
          stored.write(head.body(), 0, breaks ? 300_000 : head.body().length);
          if (!breaks) {
            out.write(RawServer.answer(202, "", "Location: /v2/up/1", range()));
          }
        };
    upload(LARGE);
    assertThat(stored.toByteArray()).isEqualTo(LARGE);
    assertThat(server.requests().stream().map(head -> head.header("Content-Range")))
        .contains("0-1048575", "300000-1048575");
  }

  @Test
  void shouldBeginAgainWhenTheUploadIsForgotten() throws IOException {
    AtomicInteger chunks = new AtomicInteger();
    patch =
        (head, out) -> {
          if (chunks.incrementAndGet() == 1) {
            out.write(RawServer.answer(404, "{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\"}]}"));
            return;
          }
          stored.write(head.body());
          out.write(RawServer.answer(202, "", "Location: /v2/up/1"));
        };
    upload(LARGE);
    assertThat(stored.toByteArray()).isEqualTo(LARGE);
    assertThat(asked().stream().filter("POST"::equals)).hasSize(2);
  }

  @Test
  void shouldSendNothingAgainWhenOnlyTheAnswerWasLost() throws IOException {
    put = (head, out) -> isStored = true;
    upload(SMALL);
    assertThat(asked()).containsExactly("POST", "PUT", "HEAD");
  }

  @Test
  void shouldSendSmallerChunksWhenLargeOnesAreRefused() throws IOException {
    byte[] huge = new byte[40 << 20];
    patch =
        (head, out) -> {
          if (head.body().length > 33 << 20) {
            out.write(RawServer.answer(413, "<html>too large</html>"));
            return;
          }
          stored.write(head.body());
          out.write(RawServer.answer(202, "", "Location: /v2/up/1", range()));
        };
    upload(huge);
    assertThat(stored.size()).isEqualTo(huge.length);
    assertThat(asked()).containsExactly("POST", "GET", "PATCH", "PATCH", "PATCH", "PUT");
  }

  @Test
  void shouldSayThatTheContentCannotBeRead() throws IOException {
    assertThatThrownBy(
            () ->
                upload(
                    SMALL,
                    offset -> {
                      throw new IOException("bad sector");
                    }))
        .hasMessageContaining("cannot be read: bad sector");
    assertThat(asked()).endsWith("DELETE");
  }

  @Test
  void shouldSayThatTheContentIsTooShort() throws IOException {
    assertThatThrownBy(
            () -> upload(SMALL, offset -> new ByteArrayInputStream(Arrays.copyOf(SMALL, 10))))
        .hasMessageContaining("ends after 10 of 1000 bytes");
  }

  @Test
  void shouldNotTryAgainWhatIsRefused() throws IOException {
    put =
        (head, out) ->
            out.write(
                RawServer.answer(
                    400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"no\"}]}"));
    assertThatThrownBy(() -> upload(SMALL)).hasMessageContaining("400 DIGEST_INVALID: no");
    assertThat(asked()).containsExactly("POST", "PUT", "DELETE");
  }
}
