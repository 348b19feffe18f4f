package io.lighter.overlay.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder to extract into, and files beside it which no archive may touch. */
abstract class ExtractionTestBase {
  final Linux linux = Linux.kernel();
  @TempDir Path scratch;

  Path root = Path.of("/");
  Path outside = Path.of("/");
  private Map<String, String> outsideBefore = Map.of();

  @BeforeEach
  void makeFolders() throws IOException {
    root = Files.createDirectory(scratch().resolve("root"));
    outside = Files.createDirectory(scratch().resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createDirectory(outside.resolve("folder"));
    outsideBefore = Snapshot.of(outside);
  }

  /** A folder on the file system that is tested. */
  Path scratch() {
    return scratch;
  }

  Fd open(Path path) {
    return linux
        .files()
        .openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0);
  }

  ExtractedArchive extract(InputStream tar) throws IOException {
    return extract(tar, ExtractionOptions.LAYER);
  }

  ExtractedArchive extract(InputStream tar, ExtractionOptions options) throws IOException {
    try (Fd folder = open(root)) {
      return new ArchiveExtractor(linux, options).extract(tar, folder);
    }
  }

  /** Checks that an archive is refused with a message that has these words, and does no harm. */
  void assertRefused(InputStream tar, String... words) {
    assertRefused(tar, ExtractionOptions.LAYER, words);
  }

  void assertRefused(InputStream tar, ExtractionOptions options, String... words) {
    assertThatThrownBy(() -> extract(tar, options))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContainingAll(words);
    assertOutsideIsUntouched();
  }

  void assertOutsideIsUntouched() {
    assertThat(Snapshot.of(outside)).isEqualTo(outsideBefore);
    assertThat(scratch().toFile().list()).containsExactlyInAnyOrder("root", "outside");
  }

  String read(String path) throws IOException {
    return Files.readString(root.resolve(path), StandardCharsets.ISO_8859_1);
  }

  Object attribute(String path, String name) throws IOException {
    return Files.getAttribute(root.resolve(path), "unix:" + name, LinkOption.NOFOLLOW_LINKS);
  }

  /** A value of security.capability with bytes that are not text: cap_setuid=ep. */
  static final byte[] CAP_SETUID =
      HexFormat.of().parseHex("0100000280000000000000000000000000000000");
}
