package io.lighter.overlay.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fd;
import io.lighter.linux.Name;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out of an archive is what went in, to the last attribute. */
@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class RoundTripTest extends ExtractionTestBase {

  boolean hasUserXattrs() {
    return true;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldGiveBackTheSameFiles(long seed) throws Exception {
    Path source = Files.createDirectory(scratch().resolve("source"));
    boolean isLayer = seed % 2 == 0;
    try (Fd folder = open(source)) {
      new RandomTree(seed, hasUserXattrs(), isLayer).fill(folder);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    WrittenArchive written = archive(source, isLayer, bytes);
    extract(
        new ByteArrayInputStream(bytes.toByteArray()),
        isLayer ? ExtractionOptions.LAYER : ExtractionOptions.FILES);

    assertThat(Snapshot.of(root)).isEqualTo(Snapshot.of(source));
    assertThat(written.bytes()).isEqualTo(bytes.size());
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    assertThat(written.diffId()).isEqualTo("sha256:" + HexFormat.of().formatHex(digest));
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    assertThat(archive(root, isLayer, again)).isEqualTo(written);
    assertThat(again.toByteArray()).isEqualTo(bytes.toByteArray());
  }

  private WrittenArchive archive(Path source, boolean isLayer, ByteArrayOutputStream out)
      throws IOException {
    ArchiveOptions options = isLayer ? ArchiveOptions.LAYER : ArchiveOptions.FILES;
    try (ArchiveWriter writer = new ArchiveWriter(linux, options, out);
        Fd folder = open(source)) {
      writer.addTree(folder, Name.of(""));
      return writer.finish();
    }
  }
}
