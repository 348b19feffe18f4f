package io.lighter.images.registry.server.storage;

import io.lighter.images.store.ImageStore;
import io.lighter.runtime.PrivateFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The uploads that were begun. They outlive the process; see {@link Upload}. */
public final class Uploads {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final ImageStore images;
  private final Path root;
  private final Map<Path, Upload> known = new ConcurrentHashMap<>();

  Uploads(ImageStore images, Path root) throws IOException {
    this.images = images;
    this.root = root;
    PrivateFolder.ensure(images.linux(), root.toAbsolutePath());
  }

  /** Begins one. */
  public Upload begin(StoredRepository repository) throws IOException {
    Path folder = root.resolve(repository.code());
    PrivateFolder.ensure(images.linux(), folder.toAbsolutePath());
    String id = UUID.randomUUID().toString();
    Path file = Files.createFile(folder.resolve(id));
    Upload upload = new Upload(repository, id, file);
    known.put(file, upload);
    return upload;
  }

  /**
   * Returns one that was begun, be it by a process before; or null.
   *
   * @param id whatever a client sends
   */
  public @Nullable Upload find(StoredRepository repository, String id) {
    if (!ID.matcher(id).matches()) {
      return null;
    }
    Path file = root.resolve(repository.code()).resolve(id);
    if (!Files.isRegularFile(file)) {
      known.remove(file);
      return null;
    }
    return known.computeIfAbsent(file, path -> new Upload(repository, id, path));
  }

  /** How many there are. */
  public int count() throws IOException {
    return files().size();
  }

  void removeOlder(Instant oldest) throws IOException {
    for (Path file : files()) {
      try {
        boolean old = Files.getLastModifiedTime(file).toInstant().isBefore(oldest);
        Upload upload = known.get(file);
        if (old && (upload == null || !upload.isBusy())) {
          Files.deleteIfExists(file);
        }
      } catch (NoSuchFileException e) {
        // It has been finished meanwhile.
      }
    }
    known.keySet().removeIf(file -> !Files.exists(file));
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
      for (Path folder : folders) {
        try (DirectoryStream<Path> uploads = Files.newDirectoryStream(folder)) {
          uploads.forEach(files::add);
        }
      }
    }
    return files;
  }
}
