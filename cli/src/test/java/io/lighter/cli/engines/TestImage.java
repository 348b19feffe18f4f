package io.lighter.cli.engines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** An image of busybox, made by hand: image-spec 1.0, one layer that is not compressed. */
final class TestImage {
  private static final List<String> APPLETS =
      List.of("sh", "cat", "echo", "sleep", "id", "tty", "ls", "grep", "true", "seq");

  private final Path folder;

  private TestImage(Path folder) {
    this.folder = folder;
  }

  /** Makes the layer. */
  static TestImage in(Path folder) throws IOException, InterruptedException {
    Path bin = Files.createDirectories(folder.resolve("root/bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String applet : APPLETS) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    for (String place : List.of("proc", "sys", "dev", "etc", "tmp", "run")) {
      Files.createDirectory(folder.resolve("root").resolve(place));
    }
    TestImage image = new TestImage(folder);
    tar(folder.resolve("root"), image.layer());
    return image;
  }

  /** The layer alone: a tar of the root. */
  Path layer() {
    return folder.resolve("layer.tar");
  }

  /** The image as an archive of an OCI layout. */
  Path archive(String name) throws IOException, InterruptedException {
    Path layout = Files.createDirectories(folder.resolve("layout"));
    Files.createDirectories(layout.resolve("blobs/sha256"));
    byte[] bytes = Files.readAllBytes(layer());
    String layer = blob(layout, "layer.v1.tar", bytes);
    String config =
        blob(
            layout,
            "config.v1+json",
            """
            {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["sh"]},
             "rootfs":{"type":"layers","diff_ids":["%s"]}}\
            """
                .formatted(digest(bytes))
                .getBytes(UTF_8));
    String manifest =
        blob(
            layout,
            "manifest.v1+json",
            "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
                .formatted(config, layer)
                .getBytes(UTF_8));
    Files.writeString(
        layout.resolve("index.json"),
        "{\"schemaVersion\":2,\"manifests\":[%s,\"annotations\":{\"io.containerd.image.name\":\"%s\"}}]}"
            .formatted(manifest.substring(0, manifest.length() - 1), name));
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Path archive = folder.resolve("image.tar");
    tar(layout, archive);
    return archive;
  }

  /** Writes a blob and returns its descriptor. */
  private static String blob(Path layout, String kind, byte[] bytes) throws IOException {
    String digest = digest(bytes);
    Files.write(layout.resolve("blobs").resolve(digest.replace(':', '/')), bytes);
    return "{\"mediaType\":\"application/vnd.oci.image.%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(kind, digest, bytes.length);
  }

  private static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static void tar(Path folder, Path archive) throws IOException, InterruptedException {
    Process tar =
        new ProcessBuilder("tar", "-C", folder.toString(), "-cf", archive.toString(), ".")
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
  }
}
