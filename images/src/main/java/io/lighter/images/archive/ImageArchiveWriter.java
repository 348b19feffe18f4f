package io.lighter.images.archive;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.Platform;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.manifest.ImageIndex;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes images into one archive, which is an OCI layout and Docker's archive at once: the same
 * blobs, described by {@code index.json} and by {@code manifest.json}. Blobs go in as they are in
 * the store, compressed as they came, so that every digest stays the same. The same images make the
 * same bytes.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image
 *     layout</a>
 */
public final class ImageArchiveWriter {
  private static final String FULL_NAME = "io.containerd.image.name";
  private static final String SHORT_NAME = "org.opencontainers.image.ref.name";
  private static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";
  private static final String BLOBS = "blobs/sha256/";

  private final ImageStore store;

  /** Writes images of a store. */
  public ImageArchiveWriter(ImageStore store) {
    this.store = store;
  }

  /** Writes an archive; the stream stays open. A lease or a record keeps the images meanwhile. */
  public void write(List<SaveSelection> images, OutputStream out) throws IOException {
    TarArchiveOutputStream tar = open(out);
    Set<Digest> written = new LinkedHashSet<>();
    for (SaveSelection selection : images) {
      ImageRecord image = selection.image();
      blob(tar, written, image.manifest());
      blob(tar, written, image.config());
      for (Descriptor layer : image.layers()) {
        blob(tar, written, layer);
      }
    }
    file(tar, "index.json", index(images));
    file(tar, "manifest.json", json(dockerManifest(images)));
    file(tar, "oci-layout", LAYOUT.getBytes(StandardCharsets.UTF_8));
    Map<String, Object> repositories = repositories(images);
    if (!repositories.isEmpty()) {
      file(tar, "repositories", json(repositories));
    }
    tar.finish();
  }

  /**
   * Writes an archive that is an OCI layout only, with one index of several images; the stream
   * stays open.
   *
   * @param index in the store, with the annotations that the layout gives it
   * @param blobs all that it lists, and what these name
   */
  public void writeIndex(
      Descriptor index, List<Descriptor> blobs, List<Reference> names, OutputStream out)
      throws IOException {
    TarArchiveOutputStream tar = open(out);
    Set<Digest> written = new LinkedHashSet<>();
    blob(tar, written, index);
    for (Descriptor blob : blobs) {
      blob(tar, written, blob);
    }
    List<Descriptor> entries = new ArrayList<>();
    for (Reference name : names) {
      Map<String, String> annotations = new LinkedHashMap<>(index.annotations());
      annotations.put(FULL_NAME, name.toString());
      annotations.put(SHORT_NAME, name.selector());
      entries.add(index.withAnnotations(annotations));
    }
    if (names.isEmpty()) {
      entries.add(index);
    }
    file(tar, "index.json", ImageIndex.of(entries).toBytes());
    file(tar, "oci-layout", LAYOUT.getBytes(StandardCharsets.UTF_8));
    tar.finish();
  }

  private static TarArchiveOutputStream open(OutputStream out) throws IOException {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    folder(tar, "blobs/");
    folder(tar, BLOBS);
    return tar;
  }

  private byte[] index(List<SaveSelection> images) throws IOException {
    List<Descriptor> manifests = new ArrayList<>();
    for (SaveSelection selection : images) {
      ImageConfig config = store.config(selection.image());
      Platform platform = config.platform();
      Descriptor manifest = selection.image().manifest().withPlatform(platform);
      if (selection.names().isEmpty()) {
        manifests.add(manifest);
      }
      for (Reference name : selection.names()) {
        String tag = name.tag() == null ? "latest" : name.tag();
        manifests.add(
            manifest.withAnnotations(Map.of(FULL_NAME, name.toString(), SHORT_NAME, tag)));
      }
    }
    return ImageIndex.of(manifests).toBytes();
  }

  private static List<Object> dockerManifest(List<SaveSelection> images) {
    List<Object> all = new ArrayList<>();
    for (SaveSelection selection : images) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("Config", BLOBS + selection.image().id().hex());
      List<String> names = selection.names().stream().map(Reference::familiar).toList();
      json.put("RepoTags", names.isEmpty() ? null : names);
      List<Descriptor> layers = selection.image().layers();
      json.put("Layers", layers.stream().map(layer -> BLOBS + layer.digest().hex()).toList());
      all.add(json);
    }
    return all;
  }

  private static Map<String, Object> repositories(List<SaveSelection> images) {
    Map<String, Map<String, Object>> all = new TreeMap<>();
    for (SaveSelection selection : images) {
      List<Digest> diffIds = selection.image().diffIds();
      for (Reference name : selection.names()) {
        if (name.tag() != null && !diffIds.isEmpty()) {
          all.computeIfAbsent(name.familiarName(), _ -> new TreeMap<>())
              .put(name.tag(), diffIds.getLast().hex());
        }
      }
    }
    return new LinkedHashMap<>(all);
  }

  private void blob(TarArchiveOutputStream tar, Set<Digest> written, Descriptor blob)
      throws IOException {
    if (!written.add(blob.digest())) {
      return;
    }
    TarArchiveEntry entry = entry(BLOBS + blob.digest().hex());
    entry.setSize(store.blobs().size(blob.digest()));
    tar.putArchiveEntry(entry);
    try (InputStream content = store.blobs().openStream(blob.digest())) {
      content.transferTo(tar);
    }
    tar.closeArchiveEntry();
  }

  private static void file(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = entry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static void folder(TarArchiveOutputStream tar, String name) throws IOException {
    TarArchiveEntry entry = entry(name);
    entry.setMode(040755);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry entry(String name) {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setModTime(0L);
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setMode(0100644);
    return entry;
  }

  private static byte[] json(Object value) {
    return JsonWriter.compact(value).getBytes(StandardCharsets.UTF_8);
  }
}
