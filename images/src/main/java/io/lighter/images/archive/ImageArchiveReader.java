package io.lighter.images.archive;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.Platform;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NamedImage;
import io.lighter.images.transfer.ImageFetch;
import io.lighter.images.transfer.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads archives of images, however compressed: Docker's, of any age that has {@code
 * manifest.json}, and OCI layouts. Where an archive is both, the manifests of the layout are kept,
 * and with them all digests. Thread-safe.
 */
public final class ImageArchiveReader {
  private final ImageStore store;
  private final Platform platform;
  private final Progress progress;

  /**
   * Loads into a store.
   *
   * @param platform of the image that is taken where there are several
   */
  public ImageArchiveReader(ImageStore store, Platform platform, Progress progress) {
    this.store = store;
    this.platform = platform;
    this.progress = progress;
  }

  /**
   * Loads all images of an archive.
   *
   * @throws ImageException when it is no such archive, or what is in it is not what it says
   */
  public List<LoadedImage> load(InputStream in) throws IOException {
    Set<Digest> used = new HashSet<>();
    Set<Digest> written = new HashSet<>();
    boolean whole = false;
    try {
      List<LoadedImage> loaded = load(in, used, written);
      whole = true;
      return loaded;
    } finally {
      // Documents that no image names, images for other platforms, what came before an error.
      if (!whole || !used.containsAll(written)) {
        store.collectGarbage();
      }
    }
  }

  private List<LoadedImage> load(InputStream in, Set<Digest> used, Set<Digest> written)
      throws IOException {
    try (Lease lease = store.lease()) {
      ArchiveContent content = new ArchiveContent(store, lease, written);
      content.read(in);
      return load(lease, content, used);
    }
  }

  private List<LoadedImage> load(Lease lease, ArchiveContent content, Set<Digest> used)
      throws IOException {
    byte[] index = content.document("index.json");
    LayoutImages layout =
        index == null ? LayoutImages.NONE : LayoutImages.read(content, platform, index);
    byte[] docker = content.document("manifest.json");
    List<LoadedImage> loaded = new ArrayList<>();
    if (docker != null) {
      for (DockerArchiveImage image : DockerArchiveImage.read(docker)) {
        loaded.add(load(lease, content, used, image, layout));
      }
    } else if (index != null) {
      for (LayoutImages.Image image : layout.images()) {
        ImageRecord record =
            fetch(lease, image.manifest().mediaType(), content.content(image.path()));
        loaded.add(put(record, image.names(), used));
      }
    } else {
      throw new ImageException(
          content.document("repositories") == null
              ? "the archive has neither a manifest.json nor an index.json: it holds no images; an"
                  + " archive of files becomes an image by import"
              : "the archive has the format of Docker before 1.10, which is not read; save it again"
                  + " with a newer Docker");
    }
    if (loaded.isEmpty()) {
      throw new ImageException("the archive holds no image for " + platform);
    }
    return loaded;
  }

  private LoadedImage load(
      Lease lease,
      ArchiveContent content,
      Set<Digest> used,
      DockerArchiveImage image,
      LayoutImages layout)
      throws IOException {
    byte[] config = content.content(image.config());
    Map<Digest, LayoutImages.Image> known = layout.byConfig();
    LayoutImages.Image kept = known.get(Digest.of(config));
    ImageRecord record =
        kept == null
            ? fetch(lease, MediaTypes.OCI_MANIFEST, manifest(lease, content, image, config))
            : fetch(lease, kept.manifest().mediaType(), content.content(kept.path()));
    return put(record, image.names(), used);
  }

  private byte[] manifest(
      Lease lease, ArchiveContent content, DockerArchiveImage image, byte[] config)
      throws IOException {
    store.blobs().put(lease, config);
    List<Descriptor> layers = new ArrayList<>();
    for (String path : image.layers()) {
      Descriptor layer = content.blob(path);
      if (layer == null) {
        throw new ImageException("the archive lacks the layer " + path);
      }
      layers.add(layer);
    }
    Descriptor about = Descriptor.of(MediaTypes.OCI_CONFIG, config);
    return ImageManifest.of(MediaTypes.OCI_MANIFEST, about, layers).toBytes();
  }

  private ImageRecord fetch(Lease lease, String mediaType, byte[] manifest) throws IOException {
    return new ImageFetch(store, lease, ImageArchiveReader::missing, progress)
        .fetch("the image in the archive", mediaType, manifest, _ -> {});
  }

  private static InputStream missing(Descriptor blob, long ignored) {
    throw new ImageException("the archive lacks " + blob.digest());
  }

  private LoadedImage put(ImageRecord record, List<Reference> names, Set<Digest> used)
      throws IOException {
    store.put(
        record,
        names.stream().map(name -> new NamedImage(name, record.id(), record.manifest())).toList());
    used.add(record.manifest().digest());
    used.add(record.id());
    record.layers().forEach(layer -> used.add(layer.digest()));
    return new LoadedImage(record.id(), names);
  }

  /** An image as {@code manifest.json} describes it. */
  private record DockerArchiveImage(String config, List<String> layers, List<Reference> names) {

    static List<DockerArchiveImage> read(byte[] document) {
      byte[] wrapped = wrap(document);
      return Fields.read("manifest.json", wrapped)
          .objects(
              "images",
              fields ->
                  new DockerArchiveImage(
                      fields.requiredString("Config"),
                      fields.strings("Layers"),
                      fields.strings("RepoTags").stream().map(Reference::parse).toList()));
    }

    /** The document is an array; our reader of fields wants an object. */
    private static byte[] wrap(byte[] document) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(document.length + 16);
      out.writeBytes("{\"images\":".getBytes(StandardCharsets.UTF_8));
      out.writeBytes(document);
      out.write('}');
      return out.toByteArray();
    }
  }

  static @Nullable Reference nameOf(Map<String, String> annotations) {
    String full = annotations.get("io.containerd.image.name");
    String name = full == null ? annotations.get("org.opencontainers.image.ref.name") : full;
    if (name == null || (full == null && name.indexOf('/') < 0 && name.indexOf(':') < 0)) {
      // A tag alone says not of what.
      return null;
    }
    try {
      return Reference.parse(name);
    } catch (ImageException e) {
      return null;
    }
  }
}
