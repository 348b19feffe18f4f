package io.lighter.bench.jmh;

import io.lighter.images.Digest;
import io.lighter.images.compression.Compression;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.overlay.archive.ArchiveExtractor;
import io.lighter.overlay.archive.ArchiveOptions;
import io.lighter.overlay.archive.ArchiveWriter;
import io.lighter.overlay.archive.ExtractionOptions;
import io.lighter.overlay.archive.WrittenArchive;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a layer of 16 MiB costs on its way from a registry into the store: unpacking, digest, files;
 * and on its way back: its archive. 64 files of 256 KiB of words, which gzip makes a third of. The
 * files are on a tmpfs. A figure in milliseconds is 16 through it in GiB/s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class LayerBenchmark {
  private static final Path PLACE = Path.of("/dev/shm");
  private static final int FILES = 64;
  private static final int SIZE = 256 << 10;

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofShared();
  private final FolderRemoval removal = new FolderRemoval(linux, arena);
  private @Nullable Path folder;
  private byte[] tar = {};
  private byte[] gzip = {};
  private byte[] zstd = {};
  private int made;

  @Setup
  public void makeLayer() throws IOException {
    Path top = Files.createTempDirectory(PLACE, "lighter-jmh");
    folder = top;
    Random random = new Random(1);
    Path source = Files.createDirectory(top.resolve("source"));
    for (int i = 0; i < FILES; i++) {
      Files.write(source.resolve("file-" + i), words(random));
    }
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (Fd root = open(source);
        ArchiveWriter writer = new ArchiveWriter(linux, ArchiveOptions.LAYER, archive)) {
      writer.addTree(root, Name.of(""));
      writer.finish();
    }
    tar = archive.toByteArray();
    gzip = packed(Compression.GZIP);
    zstd = packed(Compression.ZSTD);
  }

  private static byte[] words(Random random) {
    StringBuilder text = new StringBuilder(SIZE + 16);
    while (text.length() < SIZE) {
      text.append(Integer.toString(random.nextInt(5000), 36)).append("word ");
    }
    text.setLength(SIZE);
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] packed(Compression compression) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = compression.compressing(bytes)) {
      out.write(tar);
    }
    return bytes.toByteArray();
  }

  private Fd open(Path path) {
    return linux
        .files()
        .openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0);
  }

  @Benchmark
  public long gunzip() throws IOException {
    return unpacked(gzip);
  }

  @Benchmark
  public long unzstd() throws IOException {
    return unpacked(zstd);
  }

  private static long unpacked(byte[] packed) throws IOException {
    try (InputStream in = Compression.decompress(new ByteArrayInputStream(packed))) {
      return in.transferTo(OutputStream.nullOutputStream());
    }
  }

  @Benchmark
  public Digest digest() {
    return Digest.of(tar);
  }

  @Benchmark
  public long extract() throws IOException {
    String name = "out-" + made++;
    Path top = Objects.requireNonNull(folder);
    Files.createDirectory(top.resolve(name));
    try (Fd parent = open(top);
        Fd target = open(top.resolve(name))) {
      long bytes =
          new ArchiveExtractor(linux, ExtractionOptions.LAYER)
              .extract(new ByteArrayInputStream(tar), target)
              .contentBytes();
      removal.remove(parent, name);
      return bytes;
    }
  }

  @Benchmark
  public WrittenArchive archive() throws IOException {
    try (Fd root = open(Objects.requireNonNull(folder).resolve("source"));
        ArchiveWriter writer =
            new ArchiveWriter(linux, ArchiveOptions.LAYER, OutputStream.nullOutputStream())) {
      writer.addTree(root, Name.of(""));
      return writer.finish();
    }
  }

  @TearDown
  public void removeLayer() {
    try (Fd place = open(PLACE)) {
      removal.remove(place, String.valueOf(Objects.requireNonNull(folder).getFileName()));
    } finally {
      arena.close();
    }
  }
}
