package io.lighter.images.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.reference.Reference;
import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers that are killed at any instant, two at a time on one store. */
@RequiresRoot
@LeavesNothing
class KilledStoreTest {
  private static final int ROUNDS = 5;
  private static final int MOST = 1 << 20;

  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void shouldLoseNoCommittedImageAndLeaveNoHalfOne() throws Exception {
    Random random = new Random(4);
    Map<String, Digest> committed = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      Process first = start(2L * round);
      Process second = start(2L * round + 1);
      awaitFirst(2L * round);
      awaitFirst(2L * round + 1);
      Thread.sleep(random.nextInt(1500));
      first.destroyForcibly().waitFor();
      second.destroyForcibly().waitFor();
      read(2L * round, committed);
      read(2L * round + 1, committed);
      check(ImageStore.open(Linux.kernel(), folder.resolve("store")), committed);
    }
    assertThat(committed).hasSizeGreaterThan(ROUNDS);
  }

  private Process start(long seed) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            StoreWriter.class.getName(),
            folder.resolve("store").toString(),
            String.valueOf(seed))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .redirectOutput(said(seed).toFile())
        .start();
  }

  /** Waits until a writer has done something. */
  private void awaitFirst(long seed) throws Exception {
    long end = System.nanoTime() + AT_MOST.toNanos();
    while (Files.size(said(seed)) == 0) {
      assertThat(System.nanoTime()).as("a writer writes").isLessThan(end);
      Thread.sleep(10);
    }
  }

  private Path said(long seed) {
    return folder.resolve("said-" + seed);
  }

  private void read(long seed, Map<String, Digest> committed) throws IOException {
    for (String line : Files.readAllLines(said(seed))) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("removing")) {
        committed.remove(words[1]);
      } else if (words.length == 3 && words[2].length() == 71) {
        committed.put(words[1], Digest.parse(words[2]));
      }
    }
  }

  private static void check(ImageStore store, Map<String, Digest> committed) throws IOException {
    for (Map.Entry<String, Digest> entry : committed.entrySet()) {
      assertThat(store.named(Reference.parse(entry.getKey())))
          .as(entry.getKey())
          .extracting(NamedImage::id)
          .isEqualTo(entry.getValue());
    }
    store.collectGarbage();
    Set<Digest> blobs = new HashSet<>();
    Set<Digest> layers = new HashSet<>();
    List<Digest> named = new ArrayList<>();
    store.names().forEach(image -> named.add(image.id()));
    for (ImageRecord image : store.images()) {
      blobs.add(image.id());
      blobs.add(image.manifest().digest());
      for (Descriptor layer : image.layers()) {
        blobs.add(layer.digest());
        assertThat(Digest.of(store.blobs().read(layer.digest(), MOST))).isEqualTo(layer.digest());
      }
      layers.addAll(image.diffIds());
    }
    assertThat(store.ids()).as("every name has its image").containsAll(named);
    assertThat(store.blobs().list()).containsExactlyInAnyOrderElementsOf(blobs);
    assertThat(store.layers().list()).containsExactlyInAnyOrderElementsOf(layers);
    // What may be gone on with stays.
    assertThat(StoreFolder.names(store.root().resolve("ingest")))
        .allMatch(name -> name.startsWith("sha256-"));
    assertThat(StoreFolder.names(store.root().resolve("leases"))).isEmpty();
    assertThat(StoreFolder.names(store.root().resolve("layers"))).allMatch("sha256"::equals);
  }
}
