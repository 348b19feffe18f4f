package io.lighter.images.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Descriptor;
import io.lighter.images.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void shouldSendLargeBlobsInChunks() throws IOException {
    byte[] huge = new byte[40 << 20];
    patch = this::store;
    upload(huge);
    assertThat(stored.size()).isEqualTo(huge.length);
    assertThat(asked()).containsExactly("POST", "PATCH", "PATCH", "PATCH", "PUT");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 416})
  void shouldSendTheWholeWhereASecondChunkIsRefused(int status) throws IOException {
    byte[] huge = new byte[40 << 20];
    patch =
        (head, out) -> {
          if (head.header("Content-Range").startsWith("0-")) {
            stored.reset();
            store(head, out);
          } else {
            out.write(RawServer.answer(status, "{\"errors\":[{\"code\":\"UNSUPPORTED\"}]}"));
          }
        };
    upload(huge);
    assertThat(stored.size()).isEqualTo(huge.length);
    if (status == 416) {
      assertThat(asked()).as("it asks first").containsSubsequence("PATCH", "GET", "PATCH");
      return;
    }
    assertThat(asked()).containsExactly("POST", "PATCH", "PATCH", "DELETE", "POST", "PATCH", "PUT");
  }

  private void store(RawServer.Head head, OutputStream out) throws IOException {
    stored.write(head.body());
    out.write(RawServer.answer(202, "", "Location: /v2/up/1", range()));
  }

  @Test
  void shouldGoOnWhereAnotherProcessWasKilled() throws IOException {
    stored.write(LARGE, 0, 300_000);
    patch = this::store;
    RememberedNote note = new RememberedNote(home("/v2/up/1"), 200_000);
    upload(LARGE, note);
    assertThat(stored.toByteArray()).isEqualTo(LARGE);
    assertThat(asked()).containsExactly("GET", "PATCH", "PUT");
    assertThat(note.written).extracting(UploadNote.Place::confirmed).containsExactly(1L << 20);
    assertThat(note.place()).as("it has come to an end").isNull();
  }

  @Test
  void shouldBeginAnewWhenTheRegistryHasLessThanItSaid() throws IOException {
    stored.write(LARGE, 0, 100);
    patch =
        (head, out) -> {
          stored.reset();
          store(head, out);
        };
    upload(LARGE, new RememberedNote(home("/v2/up/1"), 200_000));
    assertThat(stored.toByteArray()).isEqualTo(LARGE);
    assertThat(asked()).containsExactly("GET", "POST", "PATCH", "PUT");
  }

  @Test
  void shouldNotAskElsewhereForWhatAnotherProcessBegan() throws IOException {
    patch = this::store;
    upload(LARGE, new RememberedNote(URI.create("http://127.0.0.1:1/v2/up/1"), 200_000));
    assertThat(asked()).containsExactly("POST", "PATCH", "PUT");
  }

  @Test
  void shouldWriteDownNoPlaceThatCarriesItsOwnPermission() throws IOException {
    patch =
        (head, out) -> {
          stored.write(head.body());
          String elsewhere = "Location: http://me:secret@" + server.domain() + "/v2/up/1";
          out.write(RawServer.answer(202, "", elsewhere));
        };
    RememberedNote note = new RememberedNote(null, 0);
    upload(LARGE, note);
    assertThat(note.written)
        .as("only the first place, which is the registry's own")
        .containsExactly(new UploadNote.Place(home("/v2/up/1?state=a%2Fb"), 0));
  }

  private URI home(String path) {
    return URI.create("http://" + server.domain() + path);
  }

  private void upload(byte[] content, UploadNote note) {
    registries
        .registry(server.domain())
        .repository("app")
        .upload(
            describe(content),
            offset -> new ByteArrayInputStream(content, (int) offset, content.length),
            progress::add,
            note);
  }

  /** A note in memory. */
  private static final class RememberedNote implements UploadNote {
    private final List<Place> written = new CopyOnWriteArrayList<>();
    private @Nullable Place place;

    RememberedNote(@Nullable URI location, long confirmed) {
      place = location == null ? null : new Place(location, confirmed);
    }

    @Override
    public @Nullable Place place() {
      return place;
    }

    @Override
    public void put(Place newer) {
      place = newer;
      written.add(newer);
    }

    @Override
    public void remove() {
      place = null;
    }
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
    // The server may notice the PUT that was broken off after what came later, or never.
    assertThat(asked())
        .filteredOn(method -> !method.equals("PUT"))
        .containsExactly("POST", "DELETE");
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
