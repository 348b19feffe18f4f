package io.lighter.images.archive;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.MediaTypes;
import io.lighter.images.compression.Compression;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Ingest;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NewBlob;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What is in an archive of images. It is read once, from a stream: large files go into the store at
 * once, whatever they are for, and small documents into memory. Nothing is written under a name of
 * the archive.
 */
final class ArchiveContent {
  /** Of one document, and of all together. */
  private static final int MAX_DOCUMENT = 8 << 20;

  private static final int MAX_DOCUMENTS = 32 << 20;
  private static final int MAX_ENTRIES = 100_000;
  private static final int MAX_LINKS = 16;
  private static final Pattern BLOB = Pattern.compile("blobs/([a-z0-9]+)/([a-f0-9]+)");

  private final ImageStore store;
  private final Lease lease;
  private final Map<String, byte[]> documents = new HashMap<>();
  private final Map<String, Descriptor> blobs = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();
  private final Set<Digest> written;
  private int documentBytes;

  /**
   * Prepares to read one archive.
   *
   * @param written gets what is written into the store on the way
   */
  ArchiveContent(ImageStore store, Lease lease, Set<Digest> written) {
    this.store = store;
    this.lease = lease;
    this.written = written;
  }

  /** Reads an archive to its end, however it is compressed. */
  void read(InputStream in) throws IOException {
    InputStream plain = Compression.decompress(new BufferedInputStream(in, 1 << 17));
    TarArchiveInputStream tar = new TarArchiveInputStream(plain, "UTF-8");
    int entries = 0;
    TarArchiveEntry entry = next(tar);
    while (entry != null) {
      if (++entries > MAX_ENTRIES) {
        throw new ImageException("the archive has more than " + MAX_ENTRIES + " entries");
      }
      read(tar, entry);
      entry = next(tar);
    }
    if (entries == 0) {
      throw new ImageException("the archive is empty, or no archive of images");
    }
  }

  private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
    try {
      return tar.getNextEntry();
    } catch (IllegalArgumentException e) {
      throw new IOException("the archive is damaged: " + e.getMessage(), e);
    }
  }

  private void read(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
    String name = path("", entry.getName());
    if (entry.isSymbolicLink()) {
      int slash = name.lastIndexOf('/');
      links.put(name, path(slash < 0 ? "" : name.substring(0, slash), entry.getLinkName()));
    } else if (entry.isLink()) {
      links.put(name, path("", entry.getLinkName()));
    } else if (entry.isFile()) {
      Matcher blob = BLOB.matcher(name);
      if (blob.matches()) {
        named(tar, entry, name, new Digest(blob.group(1), blob.group(2)));
      } else if (isDocument(name)) {
        document(tar, entry, name);
      } else {
        unnamed(tar, name);
      }
    }
  }

  /** Resolves a path within the archive, without a leading slash; {@code ..} ends at the top. */
  private static String path(String folder, String path) {
    Deque<String> parts = new ArrayDeque<>();
    String all = path.startsWith("/") ? path : folder + "/" + path;
    for (String part : all.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }

  private static boolean isDocument(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    return last.endsWith(".json")
        || last.equals("json")
        || last.equals("VERSION")
        || name.equals("repositories")
        || name.equals("oci-layout");
  }

  private void document(TarArchiveInputStream tar, TarArchiveEntry entry, String name)
      throws IOException {
    if (entry.getSize() > MAX_DOCUMENT || documentBytes + entry.getSize() > MAX_DOCUMENTS) {
      throw new ImageException(
          "%s in the archive is too large to be a document of an image".formatted(name));
    }
    byte[] content = tar.readAllBytes();
    documentBytes += content.length;
    documents.put(name, content);
  }

  private void named(TarArchiveInputStream tar, TarArchiveEntry entry, String name, Digest digest)
      throws IOException {
    Compression compression;
    try (Ingest ingest = store.blobs().begin(lease, digest, entry.getSize())) {
      if (ingest.isDone()) {
        Compression.Detected detected = Compression.detect(tar);
        compression = detected.compression();
        detected.stream().transferTo(OutputStream.nullOutputStream());
      } else {
        ingest.restart();
        compression = copy(tar, ingest);
        ingest.commit();
        written.add(digest);
      }
    }
    blobs.put(name, new Descriptor(layerType(compression), digest, entry.getSize()));
  }

  private static Compression copy(InputStream in, Ingest ingest) throws IOException {
    Compression.Detected detected = Compression.detect(in);
    byte[] chunk = new byte[1 << 17];
    for (int read = detected.stream().read(chunk);
        read >= 0;
        read = detected.stream().read(chunk)) {
      ingest.write(chunk, 0, read);
    }
    return detected.compression();
  }

  private void unnamed(TarArchiveInputStream tar, String name) throws IOException {
    try (NewBlob blob = store.blobs().create(lease)) {
      Compression.Detected detected = Compression.detect(tar);
      detected.stream().transferTo(blob);
      long size = blob.size();
      Digest digest = blob.commit();
      written.add(digest);
      blobs.put(name, new Descriptor(layerType(detected.compression()), digest, size));
    }
  }

  private static String layerType(Compression compression) {
    return switch (compression) {
      case NONE -> MediaTypes.OCI_LAYER;
      case GZIP -> MediaTypes.OCI_LAYER_GZIP;
      case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
      // There is no type for these; they are unpacked by what they are, not by what they are
      // called.
      case BZIP2, XZ -> MediaTypes.OCI_LAYER;
    };
  }

  /** Returns a document, or null when the archive has none of that name. */
  byte @Nullable [] document(String name) {
    return documents.get(followed(name));
  }

  /** Returns a blob of the archive by its path, as a layer; null when there is none. */
  @Nullable Descriptor blob(String name) {
    return blobs.get(followed(name));
  }

  /** Returns a file of the archive, wherever it was put. */
  byte[] content(String name) throws IOException {
    byte[] document = document(name);
    if (document != null) {
      return document;
    }
    Descriptor blob = blob(name);
    if (blob == null) {
      throw new ImageException("the archive lacks " + name);
    }
    return store.blobs().read(blob.digest(), MAX_DOCUMENT);
  }

  private String followed(String name) {
    String path = path("", name);
    for (int i = 0; i < MAX_LINKS && links.containsKey(path); i++) {
      path = String.valueOf(links.get(path));
    }
    return path;
  }
}
