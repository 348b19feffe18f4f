package io.lighter.overlay.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.testing.RequiresRoot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Archives as no program writes them. In the build it runs the seeds; docs/fuzzing.md says how to
 * search for more.
 *
 * <p>The first byte of an input says how it is extracted, the rest is the archive. Since hardly any
 * change of an archive keeps its checksums, they are put right before, unless that byte says not
 * to.
 */
@RequiresRoot
class ArchiveExtractorFuzzTest {
  private static final ExtractionLimits LIMITS =
      new ExtractionLimits(200, 1 << 18, 1 << 22, 1 << 14, 64);

  private static final List<WhiteoutMode> MODES =
      List.of(WhiteoutMode.OVERLAY, WhiteoutMode.APPLY, WhiteoutMode.LITERAL);

  private static final Linux LINUX = Linux.kernel();
  private static final Path MEMORY = Path.of("/dev/shm");

  @FuzzTest(maxDuration = "10m")
  void shouldStayInItsFolder(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    byte[] archive = Arrays.copyOfRange(input, 1, input.length);
    if ((input[0] & 4) == 0) {
      fixSums(archive);
      archive = Arrays.copyOf(archive, ((archive.length + 511) & -512) + 1024);
    }
    WhiteoutMode mode = MODES.get((input[0] & 3) % 3);
    Path parent =
        Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    Path place = Files.createTempDirectory(parent, "lighter-fuzz");
    try {
      Path root = place.resolve("root/below");
      Files.createDirectories(root.resolve("folder"));
      Files.writeString(root.resolve("folder/file"), "below");
      Files.writeString(place.resolve("secret"), "secret");
      Files.createSymbolicLink(root.resolve("up"), Path.of("../../secret"));
      Map<String, String> before = outside(place);

      extractAndArchive(archive, place, mode, (input[0] & 8) != 0);

      assertThat(outside(place)).isEqualTo(before);
      assertThat(descriptorsIn(place)).isEmpty();
    } finally {
      remove(parent, place);
    }
  }

  private static void extractAndArchive(
      byte[] archive, Path place, WhiteoutMode mode, boolean keepFolders) throws IOException {
    Path root = place.resolve("root/below");
    ExtractionOptions options =
        ExtractionOptions.LAYER.withLimits(LIMITS).withWhiteouts(mode).withKeepFolders(keepFolders);
    try (Fd folder = open(root)) {
      new ArchiveExtractor(LINUX, options).extract(new ByteArrayInputStream(archive), folder);
    } catch (ArchiveException e) {
      return;
    }
    // What was extracted can be archived, unless it is no layer any more.
    if (mode != WhiteoutMode.OVERLAY) {
      try (Fd folder = open(root);
          ArchiveWriter writer =
              new ArchiveWriter(LINUX, ArchiveOptions.FILES, OutputStream.nullOutputStream())) {
        writer.addTree(folder, Name.of(""));
        writer.finish();
      }
    }
  }

  private static Fd open(Path folder) {
    return LINUX
        .files()
        .openat(Fd.WORKING_FOLDER, folder.toString(), Fcntl.O_PATH | Fcntl.O_DIRECTORY, 0);
  }

  /** What there is beside and above the folder, and nothing of what is in it. */
  private static Map<String, String> outside(Path place) throws IOException {
    Map<String, String> files = Snapshot.of(place);
    files.keySet().removeIf(path -> path.startsWith("/root/below"));
    return files;
  }

  private static List<String> descriptorsIn(Path place) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .map(
              descriptor -> {
                try {
                  return Files.readSymbolicLink(descriptor).toString();
                } catch (IOException e) {
                  return "";
                }
              })
          .filter(target -> target.startsWith(place.toString()))
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void remove(Path parent, Path place) {
    try (Arena arena = Arena.ofConfined();
        Fd opened = open(parent)) {
      new FolderRemoval(LINUX, arena).remove(opened, parent.relativize(place).toString());
    }
  }

  /** Puts right the checksum of every block that is a header if the sizes before it are right. */
  private static void fixSums(byte[] archive) {
    for (int at = 0; at + 512 <= archive.length; ) {
      byte[] header = Arrays.copyOfRange(archive, at, at + 512);
      TarBytes.withSum(header);
      System.arraycopy(header, 0, archive, at, 512);
      long size = 0;
      for (int i = 124; i < 135 && header[i] >= '0' && header[i] <= '7'; i++) {
        size = 8 * size + header[i] - '0';
      }
      boolean hasContent = header[156] < '1' || header[156] > '6';
      at += 512 + (hasContent ? (int) Math.min((size + 511) & -512, archive.length) : 0);
    }
  }
}
