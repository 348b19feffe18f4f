package io.lighter.overlay.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fd;
import io.lighter.linux.Name;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of GNU tar for us, and ours for GNU tar. */
@RequiresRoot
@RequiresTool("tar")
@LeavesNothing(except = Resource.CGROUP)
class GnuTarTest extends ExtractionTestBase {

  boolean hasUserXattrs() {
    return true;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 5, 7, 9, 11})
  void shouldReadWhatGnuTarWrites(long seed) throws Exception {
    Path source = randomSource(seed);
    Path archive = scratch().resolve("archive");
    tar("--format=pax", "-S", "-cf", archive.toString(), "-C", source.toString(), ".");

    try (InputStream in = Files.newInputStream(archive)) {
      extract(in, ExtractionOptions.FILES);
    }

    assertThat(Snapshot.of(root)).isEqualTo(Snapshot.of(source));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 5, 7, 9, 11})
  void shouldWriteWhatGnuTarReads(long seed) throws Exception {
    Path source = randomSource(seed);
    Path archive = scratch().resolve("archive");
    try (OutputStream out = Files.newOutputStream(archive);
        ArchiveWriter writer = new ArchiveWriter(linux, ArchiveOptions.FILES, out);
        Fd folder = open(source)) {
      writer.addTree(folder, Name.of(""));
      writer.finish();
    }

    tar("-xpf", archive.toString(), "-C", root.toString(), "--numeric-owner", "--same-owner");

    assertThat(Snapshot.of(root)).isEqualTo(Snapshot.of(source));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "oldgnu", "ustar", "v7", "posix"})
  void shouldReadEveryFormat(String format) throws Exception {
    Path source = Files.createDirectory(scratch().resolve("source"));
    Path folder = Files.createDirectories(source.resolve("a/b"));
    Files.writeString(folder.resolve("file"), "content");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
    Files.createLink(folder.resolve("second"), folder.resolve("file"));
    if (format.endsWith("gnu") || format.equals("posix")) {
      Path deep = Files.createDirectories(folder.resolve("n".repeat(200)).resolve("m".repeat(120)));
      Files.writeString(deep.resolve("l".repeat(150)), "deep");
      Files.createSymbolicLink(deep.resolve("long"), Path.of("t".repeat(300)));
    }
    Path archive = scratch().resolve("archive");
    run("tar", "--format=" + format, "-cf", archive.toString(), "-C", source.toString(), "a");

    try (InputStream in = Files.newInputStream(archive)) {
      extract(in, ExtractionOptions.FILES);
    }

    assertThat(withoutFractions(Snapshot.of(root)))
        .isEqualTo(withoutFractions(Snapshot.of(source)));
  }

  /** Without the time of the root, which is not in the archive, and parts of seconds. */
  private static List<String> withoutFractions(Map<String, String> files) {
    return files.entrySet().stream()
        .filter(entry -> !entry.getKey().isEmpty())
        .map(entry -> entry.toString().replaceFirst("\\.\\d{9}", ""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "posix 0.0", "posix 0.1", "posix 1.0"})
  void shouldReadHoles(String format) throws Exception {
    Path source = Files.createDirectory(scratch().resolve("source"));
    // More parts than fit into one header of GNU's, and 5 GB.
    run(
        "sh",
        "-c",
        "for i in $(seq 0 199); do echo part $i | dd of=sparse bs=1M seek=$i status=none"
            + " conv=notrunc; done; truncate -s 5G sparse",
        source);
    Path archive = scratch().resolve("archive");
    List<String> arguments = new ArrayList<>(List.of("--format=" + format.split(" ", -1)[0], "-S"));
    if (format.contains(" ")) {
      arguments.add("--sparse-version=" + format.split(" ", -1)[1]);
    }
    arguments.addAll(List.of("-cf", archive.toString(), "-C", source.toString(), "sparse"));
    arguments.addFirst("tar");
    run(arguments.toArray(String[]::new));

    try (InputStream in = Files.newInputStream(archive)) {
      assertThat(extract(in).contentBytes()).isLessThan(10_000_000);
    }

    assertThat(Files.size(root.resolve("sparse"))).isEqualTo(5L << 30);
    run(
        "cmp",
        "-n",
        "210000000",
        root.resolve("sparse").toString(),
        source.resolve("sparse").toString());
  }

  @Test
  void shouldWriteHolesThatGnuTarReads() throws Exception {
    Path source = Files.createDirectory(scratch().resolve("source"));
    run(
        "sh",
        "-c",
        "truncate -s 9G empty; echo x > start; truncate -s 3M start; truncate -s 3M end; echo x >>"
            + " end",
        source);
    Path archive = scratch().resolve("archive");
    try (OutputStream out = Files.newOutputStream(archive);
        ArchiveWriter writer = new ArchiveWriter(linux, ArchiveOptions.LAYER, out);
        Fd folder = open(source)) {
      writer.addTree(folder, Name.of("in"));
      assertThat(writer.finish().bytes()).isLessThan(200_000);
    }

    tar("-xpf", archive.toString(), "-C", root.toString());

    for (String name : new String[] {"start", "end"}) {
      run("cmp", root.resolve("in/" + name).toString(), source.resolve(name).toString());
    }
    assertThat(Files.size(root.resolve("in/empty"))).isEqualTo(9L << 30);
  }

  private Path randomSource(long seed) throws IOException {
    Path source = Files.createDirectory(scratch().resolve("source"));
    try (Fd folder = open(source)) {
      new RandomTree(seed, hasUserXattrs(), false).fill(folder);
    }
    return source;
  }

  private void tar(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tar", "--xattrs", "--xattrs-include=*"));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  private void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    check(process, command);
  }

  private void run(String shell, String option, String script, Path folder)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(shell, option, script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    check(process, shell, option, script);
  }

  private static void check(Process process, String... command)
      throws IOException, InterruptedException {
    byte[] output = process.getInputStream().readAllBytes();
    assertThat(process.waitFor())
        .as(String.join(" ", command) + ": " + new String(output, StandardCharsets.UTF_8))
        .isZero();
  }
}
