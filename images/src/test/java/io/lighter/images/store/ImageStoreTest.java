package io.lighter.images.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.images.reference.Reference;
import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
@LeavesNothing
class ImageStoreTest {
  private static final byte[] CONTENT = "some content".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(CONTENT);

  @TempDir Path folder;
  private ImageStore store;

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(Linux.kernel(), folder.resolve("store"));
  }

  private ImageStore openAgain() throws IOException {
    return ImageStore.open(Linux.kernel(), store.root());
  }

  private static byte[] tar(String content) {
    return new TarBytes().folder("etc").file("etc/version", content).bytes();
  }

  private static int files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return (int) all.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void shouldKeepAnImageWithAllThatItIsMadeOf() throws IOException {
    ImageRecord image = TestImages.put(store, "a/b:1", tar("one"), tar("two"));

    assertThat(store.collectGarbage().blobs()).isEmpty();
    ImageStore again = openAgain();
    assertThat(again.get(image.id())).isEqualTo(again.images().getFirst());
    assertThat(again.named(Reference.parse("a/b:1")))
        .extracting(NamedImage::id)
        .isEqualTo(image.id());
    assertThat(again.config(image).diffIds()).isEqualTo(image.diffIds());
    assertThat(again.layers().folder(image.diffIds().get(1)).resolve("etc/version"))
        .hasContent("two");
    assertThat(image.size()).isEqualTo(6);
    assertThat(again.layers().size(image.diffIds().get(0))).isEqualTo(3);
  }

  @Test
  void shouldReadSmallContentAtOnce() throws IOException {
    assertThat(store.blobs().readIfPresent(DIGEST, CONTENT.length)).isNull();
    assertThatThrownBy(() -> store.blobs().read(DIGEST, CONTENT.length))
        .hasMessageContaining(DIGEST + " is not in the store");
    try (Lease lease = store.lease()) {
      store.blobs().put(lease, CONTENT);
    }
    assertThat(store.blobs().read(DIGEST, CONTENT.length)).isEqualTo(CONTENT);
    assertThat(store.blobs().readIfPresent(DIGEST, CONTENT.length)).isEqualTo(CONTENT);
    assertThatThrownBy(() -> store.blobs().readIfPresent(DIGEST, CONTENT.length - 1))
        .hasMessageContaining("more than the " + (CONTENT.length - 1));
  }

  @Test
  void shouldCollectWhatNothingNeedsAndNothingElse() throws IOException {
    ImageRecord kept = TestImages.put(store, "kept", tar("shared"), tar("kept"));
    ImageRecord gone = TestImages.put(store, "gone", tar("shared"), tar("gone"));
    int before = store.blobs().list().size();

    store.remove(gone.id());
    Reclaimed reclaimed = store.collectGarbage();

    assertThat(reclaimed.layers()).containsExactly(gone.diffIds().get(1));
    assertThat(reclaimed.blobs())
        .containsExactlyInAnyOrder(
            gone.id(), gone.manifest().digest(), gone.layers().get(1).digest());
    assertThat(reclaimed.bytes()).isPositive();
    assertThat(store.blobs().list()).hasSize(before - 3);
    assertThat(store.layers().list()).containsExactlyInAnyOrderElementsOf(kept.diffIds());
    assertThat(store.names()).extracting(NamedImage::id).containsExactly(kept.id());
    assertThat(store.collectGarbage().bytes()).isZero();
  }

  @Test
  void shouldLeaveAnImageWithoutANameWhenAnotherTakesIt() throws IOException {
    ImageRecord first = TestImages.put(store, "app", tar("1"));
    ImageRecord second = TestImages.put(store, "app", tar("2"));

    assertThat(store.names()).extracting(NamedImage::id).containsExactly(second.id());
    assertThat(store.images()).extracting(ImageRecord::id).contains(first.id(), second.id());
    // To roll back is to give the name again.
    store.tag(
        first.id(), List.of(new NamedImage(Reference.parse("app"), first.id(), first.manifest())));
    assertThat(store.names()).extracting(NamedImage::id).containsExactly(first.id());
    assertThat(store.untag(List.of(Reference.parse("app"), Reference.parse("other"))))
        .containsExactly(Reference.parse("app"));
    assertThat(store.names()).isEmpty();
  }

  @Test
  void shouldKeepWhatAnOperationUses() throws IOException {
    try (Lease lease = store.lease()) {
      store.blobs().put(lease, CONTENT);
      Digest diffId;
      try (NewLayer layer = store.layers().create(lease)) {
        diffId = layer.unpack(new ByteArrayInputStream(tar("x")));
      }
      assertThat(store.collectGarbage().bytes()).isZero();
      assertThat(store.layers().has(diffId)).isTrue();
    }
    Reclaimed reclaimed = store.collectGarbage();
    assertThat(reclaimed.blobs()).containsExactly(DIGEST);
    assertThat(reclaimed.layers()).hasSize(1);
    assertThat(files(store.root().resolve("leases"))).isZero();
  }

  @Test
  void shouldKeepWhatARecordNeeds() throws IOException {
    Records cache = store.records("cache");
    try (Lease lease = store.lease()) {
      store.blobs().put(lease, CONTENT);
      cache.put("key", "value".getBytes(StandardCharsets.UTF_8), List.of(DIGEST), List.of());
    }
    assertThat(store.collectGarbage().bytes()).isZero();
    assertThat(cache.get("key")).asString(StandardCharsets.UTF_8).isEqualTo("value");
    assertThat(cache.names()).containsExactly("key");
    assertThat(cache.lastUsed("key")).isNotNull();

    assertThat(cache.remove("key")).isTrue();
    assertThat(cache.get("key")).isNull();
    assertThat(store.collectGarbage().blobs()).containsExactly(DIGEST);
    assertThatThrownBy(() -> cache.get("../../boot")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldGoOnWhereABrokenTransferEnded() throws IOException {
    try (Lease lease = store.lease();
        Ingest first = store.blobs().begin(lease, DIGEST, CONTENT.length)) {
      first.write(CONTENT, 0, 5);
    }
    ImageStore again = openAgain();
    try (Lease lease = again.lease();
        Ingest second = again.blobs().begin(lease, DIGEST, CONTENT.length)) {
      assertThat(second.offset()).isEqualTo(5);
      second.write(CONTENT, 5, CONTENT.length - 5);
      second.commit();
    }
    assertThat(again.blobs().read(DIGEST, 100)).isEqualTo(CONTENT);
    assertThat(files(again.root().resolve("ingest"))).isZero();
  }

  @Test
  void shouldRefuseContentOfAnotherDigestOrSize() throws IOException {
    try (Lease lease = store.lease()) {
      try (Ingest ingest = store.blobs().begin(lease, DIGEST, CONTENT.length)) {
        byte[] other = CONTENT.clone();
        other[3]++;
        ingest.write(other, 0, other.length);
        assertThatThrownBy(ingest::commit)
            .isInstanceOf(ImageException.class)
            .hasMessageContaining("was damaged or changed on the way");
      }
      try (Ingest ingest = store.blobs().begin(lease, DIGEST, CONTENT.length)) {
        assertThat(ingest.offset()).as("nothing is left of what was wrong").isZero();
        ingest.write(CONTENT, 0, CONTENT.length - 1);
        assertThatThrownBy(ingest::commit).hasMessageContaining("only 11 came");
      }
      try (Ingest ingest = store.blobs().begin(lease, DIGEST, CONTENT.length)) {
        ingest.write(CONTENT, 0, CONTENT.length);
        assertThatThrownBy(() -> ingest.write(CONTENT, 0, 1)).hasMessageContaining("more came");
      }
      assertThat(store.blobs().has(DIGEST)).isFalse();
    }
  }

  @Test
  void shouldWaitForWhoeverWritesTheSameBlob() throws Exception {
    try (Lease lease = store.lease();
        Lease other = openAgain().lease()) {
      CompletableFuture<Boolean> second;
      try (Ingest first = store.blobs().begin(lease, DIGEST, CONTENT.length)) {
        second =
            CompletableFuture.supplyAsync(
                () -> {
                  try (Ingest ingest = store.blobs().begin(other, DIGEST, CONTENT.length)) {
                    return ingest.isDone();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        first.write(CONTENT, 0, CONTENT.length);
        first.commit();
      }
      assertThat(second.get()).as("it found the blob there").isTrue();
    }
    assertThat(files(store.root().resolve("ingest"))).isZero();
  }

  @Test
  void shouldBeReadWhileItIsWritten() throws Exception {
    try (Lease lease = store.lease();
        Ingest ingest = store.blobs().begin(lease, DIGEST, CONTENT.length);
        InputStream follower = ingest.follow()) {
      ingest.write(CONTENT, 0, 4);
      assertThat(follower.readNBytes(4)).isEqualTo(Arrays.copyOf(CONTENT, 4));
      CompletableFuture<byte[]> rest =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return follower.readAllBytes();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      ingest.write(CONTENT, 4, CONTENT.length - 4);
      ingest.commit();
      assertThat(rest.get()).hasSize(CONTENT.length - 4);
    }
  }

  @Test
  void shouldBeFollowedFromItsFirstByteAfterItsEnd() throws IOException {
    try (Lease lease = store.lease();
        Ingest ingest = store.blobs().begin(lease, DIGEST, CONTENT.length)) {
      ingest.write(CONTENT, 0, CONTENT.length);
      ingest.commit();
      try (InputStream follower = ingest.follow()) {
        assertThat(follower.readAllBytes()).isEqualTo(CONTENT);
      }
    }
  }

  @Test
  void shouldTellFollowersThatNoMoreComes() throws Exception {
    try (Lease lease = store.lease()) {
      Ingest ingest = store.blobs().begin(lease, DIGEST, CONTENT.length);
      try (InputStream follower = ingest.follow()) {
        CompletableFuture<byte[]> all =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return follower.readAllBytes();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        ingest.write(CONTENT, 0, 4);
        ingest.close();
        assertThatThrownBy(all::get)
            .isInstanceOf(ExecutionException.class)
            .hasMessageContaining("was given up");
      }
    }
  }

  @Test
  void shouldRefuseALayerOfAnotherDiffId() throws IOException {
    try (Lease lease = store.lease();
        LayerIngest layer = store.layers().begin(lease, DIGEST)) {
      assertThatThrownBy(() -> layer.extract(new ByteArrayInputStream(tar("x"))))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("invalid diffID for layer");
    }
    assertThat(store.layers().list()).isEmpty();
    assertThat(StoreFolder.names(store.root().resolve("layers"))).isEmpty();
    assertThat(files(store.root().resolve("ingest"))).isZero();
  }

  @Test
  void shouldRemoveWhatKilledProcessesLeft() throws IOException {
    Path root = store.root();
    Files.createDirectories(root.resolve("layers/new-dead/fs/etc"));
    Files.writeString(root.resolve("ingest/new-dead"), "half a blob");
    Files.writeString(root.resolve("ingest/layer-dead"), "");
    Files.writeString(root.resolve("leases/dead"), "blob " + DIGEST + "\n");
    Path partial = root.resolve("ingest/" + DIGEST.algorithm() + "-" + DIGEST.hex());
    Files.writeString(partial, "som");

    ImageStore again = openAgain();
    again.collectGarbage();

    assertThat(root.resolve("layers/new-dead")).doesNotExist();
    assertThat(root.resolve("ingest/new-dead")).doesNotExist();
    assertThat(root.resolve("ingest/layer-dead")).doesNotExist();
    assertThat(root.resolve("leases/dead")).doesNotExist();
    assertThat(partial).as("a transfer that can be gone on with").exists();
  }

  @Test
  void shouldNotBelieveWhatNoRecordNamesAfterAReboot() throws IOException {
    ImageRecord kept = TestImages.put(store, "kept", tar("kept"));
    try (Lease lease = store.lease()) {
      store.blobs().put(lease, CONTENT);
    }
    assertThat(openAgain().blobs().has(DIGEST)).isTrue();
    Files.writeString(store.root().resolve("boot"), "another boot");
    ImageStore again = openAgain();
    assertThat(again.blobs().has(DIGEST)).isFalse();
    assertThat(again.layers().has(kept.diffIds().getFirst())).isTrue();
  }

  @Test
  void shouldRefuseARecordOfWhatIsNotThere() throws IOException {
    ImageRecord image = TestImages.put(store, "a", tar("a"));
    store.remove(image.id());
    store.collectGarbage();
    assertThatThrownBy(() -> store.put(image, List.of()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is not in the store");
    assertThatThrownBy(() -> store.tag(image.id(), List.of()))
        .hasMessageContaining("No such image");
    assertThatThrownBy(() -> store.config(image)).hasMessageContaining("is not in the store");
  }

  @Test
  void shouldRefuseAFolderThatOthersCouldChange() throws IOException {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> ImageStore.open(Linux.kernel(), shared))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("others could change");
  }
}
