package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.runtime.PrivateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What others keep in the store, such as the cache of builds: small records of one kind, each with
 * the content that it needs, which stays as long as the record does. Safe for use by many threads
 * and processes; of two that write one record the last counts.
 */
public final class Records {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,199}");
  private static final String BLOB = "blob ";
  private static final String LAYER = "layer ";

  private final StoreFolder store;
  private final Path folder;

  Records(StoreFolder store, String kind) {
    this.store = store;
    this.folder = store.records().resolve(checked(kind));
  }

  /**
   * Writes a record. The content that it needs is on the disk before it is, and a lease keeps it
   * until then.
   *
   * @param name letters, digits, {@code _}, {@code -} and dots, at most 200
   */
  public void put(String name, byte[] content, Collection<Digest> blobs, Collection<Digest> layers)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StringBuilder head = new StringBuilder();
    blobs.forEach(digest -> head.append(BLOB).append(digest).append('\n'));
    layers.forEach(digest -> head.append(LAYER).append(digest).append('\n'));
    bytes.writeBytes(head.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(content);
    PrivateFolder.ensure(store.linux(), folder);
    if (!blobs.isEmpty() || !layers.isEmpty()) {
      store.sync();
    }
    DurableFile.replace(store, folder.resolve(checked(name)), bytes.toByteArray());
  }

  /** Returns the content of a record, or null when there is none. */
  public byte @Nullable [] get(String name) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve(checked(name)));
      int end = endOfHead(bytes);
      return Arrays.copyOfRange(bytes, end, bytes.length);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Notes that a record was used now. */
  public void touch(String name) throws IOException {
    try {
      Files.setLastModifiedTime(folder.resolve(checked(name)), FileTime.from(Instant.now()));
    } catch (NoSuchFileException e) {
      // Somebody has removed it meanwhile; then there is nothing to be noted.
    }
  }

  /** Returns when a record was written or used last, or null when there is none. */
  public @Nullable Instant lastUsed(String name) throws IOException {
    try {
      return Files.getLastModifiedTime(folder.resolve(checked(name))).toInstant();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Removes a record; what it needed goes with the next collection of garbage. */
  public boolean remove(String name) throws IOException {
    return DurableFile.delete(folder.resolve(checked(name)));
  }

  /** The names of all records of this kind. */
  public List<String> names() throws IOException {
    return StoreFolder.names(folder);
  }

  static void mark(StoreFolder store, Marked marked) throws IOException {
    for (String kind : StoreFolder.names(store.records())) {
      Path folder = store.records().resolve(kind);
      for (String name : StoreFolder.names(folder)) {
        for (String line : headOf(folder.resolve(name))) {
          if (line.startsWith(BLOB)) {
            marked.blob(Digest.parse(line.substring(BLOB.length())));
          } else if (line.startsWith(LAYER)) {
            marked.layer(Digest.parse(line.substring(LAYER.length())));
          }
        }
      }
    }
  }

  /** What a record needs, nothing when it has been removed by now. */
  private static List<String> headOf(Path file) throws IOException {
    try {
      return head(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static List<String> head(byte[] bytes) {
    List<String> lines = new ArrayList<>();
    new String(bytes, 0, endOfHead(bytes), StandardCharsets.UTF_8).lines().forEach(lines::add);
    return lines;
  }

  /** Behind the first empty line. */
  private static int endOfHead(byte[] bytes) {
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        if (i == start) {
          return i + 1;
        }
        start = i + 1;
      }
    }
    return bytes.length;
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("\"" + name + "\" cannot be the name of a record");
    }
    return name;
  }
}
