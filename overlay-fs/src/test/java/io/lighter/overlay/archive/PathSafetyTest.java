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
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No call takes a path that an archive or a container had a hand in, but openat2 with its rules.
 */
@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class PathSafetyTest extends ExtractionTestBase {

  @ParameterizedTest
  @EnumSource(WhiteoutMode.class)
  void shouldExtractByDescriptorsOnly(WhiteoutMode mode) throws IOException {
    Files.createDirectories(root.resolve("old/folder/deep"));
    Files.writeString(root.resolve("old/folder/file"), "");
    InputStream tar =
        new TarBytes()
            .folder("./")
            .file("missing/parent/file", "x")
            .file("missing/parent/file", "again")
            .pax("SCHILY.xattr.trusted.a", "b")
            .symlink("link", "missing")
            .file("link/parent/other", "x")
            .pax("SCHILY.xattr.trusted.a", "b")
            .device('6', "link/fifo", 0, 0)
            .hardLink("hard", "link/parent/file")
            .file("old/.wh.folder", "")
            .folder("old/folder/")
            .file("old/.wh..wh..opq", "")
            .file("missing", "now a file")
            .end();
    WatchedKernel kernel = new WatchedKernel();

    try (Fd folder = open(root)) {
      ExtractionOptions options = ExtractionOptions.LAYER.withWhiteouts(mode);
      new ArchiveExtractor(kernel.linux(), options).extract(tar, folder);
    }

    assertThat(kernel.unsafe).isEmpty();
    assertThat(kernel.watched).isGreaterThan(40);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24})
  void shouldArchiveAndExtractAnythingByDescriptorsOnly(long seed) throws IOException {
    Path source = Files.createDirectory(scratch().resolve("source"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WatchedKernel kernel = new WatchedKernel();
    try (Fd folder = open(source);
        Fd target = open(root)) {
      new RandomTree(seed, false, true).fill(folder);
      try (ArchiveWriter writer = new ArchiveWriter(kernel.linux(), ArchiveOptions.LAYER, bytes)) {
        writer.addTree(folder, Name.of(""));
        writer.finish();
      }
      new ArchiveExtractor(kernel.linux(), ExtractionOptions.LAYER)
          .extract(new ByteArrayInputStream(bytes.toByteArray()), target);
    }

    assertThat(kernel.unsafe).isEmpty();
    assertThat(kernel.watched).isGreaterThan(100);
  }
}
