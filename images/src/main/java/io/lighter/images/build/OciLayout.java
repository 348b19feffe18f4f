package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.manifest.ImageIndex;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is an OCI image layout.
 *
 * @param folder its top
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image
 *     layout</a>
 */
record OciLayout(Path folder) {
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String INDEX = "index.json";
  private static final String LAYOUT = "oci-layout";
  private static final int MAX_INDEX = 4 << 20;

  /**
   * Returns what the index says of a manifest.
   *
   * @param digest of it, null for the one of the tag
   * @throws ImageException when the layout has none, or is none
   */
  Descriptor manifest(@Nullable Digest digest, String tag) throws IOException {
    List<String> tags = new ArrayList<>();
    for (Descriptor manifest : index()) {
      String name = manifest.annotations().get(REF_NAME);
      if (digest == null ? tag.equals(name) : digest.equals(manifest.digest())) {
        return manifest;
      }
      if (name != null) {
        tags.add(name);
      }
    }
    if (digest != null && Files.isRegularFile(path(digest))) {
      // Below an index, or of no name: what it is will be seen.
      return new Descriptor("", digest, Files.size(path(digest)));
    }
    throw new ImageException(
        folder
            + (digest == null
                ? " has nothing of the tag " + tag + "; its tags are " + tags
                : " has nothing of the digest " + digest));
  }

  private List<Descriptor> index() throws IOException {
    Path file = folder.resolve(INDEX);
    try {
      if (Files.size(file) > MAX_INDEX) {
        throw new ImageException(file + " is larger than 4 MiB");
      }
      return ImageIndex.read(MediaTypes.OCI_INDEX, Files.readAllBytes(file)).manifests();
    } catch (NoSuchFileException e) {
      throw new ImageException(folder + " is no OCI image layout: it has no index.json", e);
    }
  }

  private Path path(Digest digest) {
    return folder.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  /**
   * Reads a small blob.
   *
   * @throws ImageException when it is not there, too large, or other than its digest says
   */
  byte[] read(Descriptor blob, int most) throws IOException {
    Path file = path(blob.digest());
    if (!Files.isRegularFile(file) || Files.size(file) > most) {
      throw new ImageException(
          file
              + (Files.exists(file) ? " is no file of at most " + most + " bytes" : " is missing"));
    }
    byte[] content = Files.readAllBytes(file);
    Digest found = blob.digest().sameAlgorithm(blob.digest().newMessageDigest().digest(content));
    if (!found.equals(blob.digest())) {
      throw new ImageException(file + " has the digest " + found);
    }
    return content;
  }

  /** Opens a blob at an offset; nothing of it has been checked. */
  InputStream open(Descriptor blob, long offset) throws IOException {
    Path file = path(blob.digest());
    if (!Files.isRegularFile(file)) {
      throw new ImageException(file + " is missing");
    }
    InputStream in = Files.newInputStream(file);
    in.skipNBytes(offset);
    return in;
  }

  /** Writes a blob, unless it is there; the stream is closed. */
  void write(Digest digest, InputStream content) throws IOException {
    Path file = path(digest);
    try (content) {
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        replace(file, content);
      }
    }
  }

  /** Gives a manifest that is there a tag, which another one may have had. */
  void tag(Descriptor manifest, String tag) throws IOException {
    List<Descriptor> all = new ArrayList<>();
    if (Files.exists(folder.resolve(INDEX))) {
      for (Descriptor other : index()) {
        if (!tag.equals(other.annotations().get(REF_NAME))) {
          all.add(other);
        }
      }
    }
    all.add(manifest.withAnnotations(Map.of(REF_NAME, tag)));
    byte[] layout = "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);
    replace(folder.resolve(LAYOUT), new ByteArrayInputStream(layout));
    byte[] index = ImageIndex.of(all).toBytes();
    replace(folder.resolve(INDEX), new ByteArrayInputStream(index));
  }

  private static void replace(Path file, InputStream content) throws IOException {
    Path fresh = Files.createTempFile(file.getParent(), "new-", "");
    try {
      Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
