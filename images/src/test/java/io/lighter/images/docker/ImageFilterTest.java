package io.lighter.images.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.ImageException;
import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.linux.Linux;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over two images of the first of January 2026, of which one has no name. */
@RequiresRoot
class ImageFilterTest {
  private static final Instant NOW = Instant.parse("2026-01-03T00:00:00Z");

  @TempDir Path folder;
  private ImageStore store;

  @BeforeEach
  void makeImages() throws IOException {
    store = ImageStore.open(Linux.kernel(), folder.resolve("store"));
    ImageRecord image = TestImages.put(store, "host:5000/team/app:1", tar("named"));
    TestImages.put(store, "gone", tar("nameless"));
    store.untag(List.of(Reference.parse("gone")));
    assertThat(image.diffIds()).hasSize(1);
  }

  private static byte[] tar(String content) {
    return new TarBytes().file("file", content).bytes();
  }

  @ParameterizedTest
  @CsvSource({
    "dangling, true, 1",
    "dangling, false, 1",
    "label, nonesuch, 0",
    "label!, nonesuch, 2",
    "until, 24h, 2",
    "until, 72h, 0",
    "until, 2026-01-02T00:00:00Z, 2",
    "until, 1767225600, 0",
    "before, host:5000/team/app:1, 0",
    "since, host:5000/team/app:1, 0",
    "reference, host:5000/team/app, 1",
    "reference, host:5000/*/app:1, 1",
    "reference, *, 0",
    "reference, host:5000/team/[ab]pp, 1"
  })
  void shouldPass(String name, String value, int passed) throws IOException {
    ImageFilter filter = new ImageFilter(store, NOW).add(name, value);
    assertThat(filter.apply(ImageSummary.list(store))).hasSize(passed);
  }

  @Test
  void shouldRefuseWhatIsNoFilter() {
    ImageFilter filter = new ImageFilter(store, NOW);
    assertThatThrownBy(() -> filter.add("nope", "1")).hasMessageContaining("invalid filter 'nope'");
    assertThatThrownBy(() -> filter.add("dangling", "perhaps")).isInstanceOf(ImageException.class);
    assertThatThrownBy(() -> filter.add("until", "soon"))
        .hasMessageContaining("neither a time")
        .hasMessageContaining("nor a duration");
    assertThatThrownBy(() -> filter.add("before", "nonesuch"))
        .hasMessageContaining("No such image");
    assertThatThrownBy(() -> filter.add("reference", "[a")).hasMessageContaining("reference=[a");
  }
}
