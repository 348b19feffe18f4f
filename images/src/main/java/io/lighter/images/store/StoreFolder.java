package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.runtime.PrivateFolder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The folders of a store. All names in it are ours or hexadecimal digits. */
record StoreFolder(Linux linux, Path root) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Makes what is missing. */
  static StoreFolder open(Linux linux, Path root) throws IOException {
    StoreFolder store = new StoreFolder(linux, root.toAbsolutePath());
    PrivateFolder.ensure(linux, store.root);
    for (String name : List.of("blobs", "ingest", "layers", "leases", "images", "records")) {
      PrivateFolder.ensure(linux, store.root.resolve(name));
    }
    return store;
  }

  Path lock() {
    return root.resolve("lock");
  }

  Path boot() {
    return root.resolve("boot");
  }

  Path references() {
    return root.resolve("references");
  }

  Path images() {
    return root.resolve("images");
  }

  Path leases() {
    return root.resolve("leases");
  }

  Path ingest() {
    return root.resolve("ingest");
  }

  Path records() {
    return root.resolve("records");
  }

  Path blobs() {
    return root.resolve("blobs");
  }

  Path layers() {
    return root.resolve("layers");
  }

  Path blob(Digest digest) {
    return blobs().resolve(digest.algorithm()).resolve(digest.hex());
  }

  Path layer(Digest diffId) {
    return layers().resolve(diffId.algorithm()).resolve(diffId.hex());
  }

  Path ingest(Digest digest) {
    return ingest().resolve(digest.algorithm() + "-" + digest.hex());
  }

  /** A name that nobody else has. */
  static String fresh(String prefix) {
    byte[] random = new byte[12];
    RANDOM.nextBytes(random);
    return prefix + HexFormat.of().formatHex(random);
  }

  /** The names in a folder, none when it is not there. */
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return names;
  }

  /**
   * Removes a file or a tree, as hostile as its content may be; does nothing when it is not there.
   */
  void remove(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null || !Files.exists(parent)) {
      return;
    }
    try (Arena arena = Arena.ofConfined();
        Fd folder = openFolder(parent)) {
      new FolderRemoval(linux, arena).remove(folder, String.valueOf(path.getFileName()));
    }
  }

  /** Opens a folder of ours. */
  Fd openFolder(Path folder) {
    return linux
        .files()
        .openat(Fd.WORKING_FOLDER, folder.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0);
  }

  /** Waits until all that was written to the store is on the disk. */
  void sync() {
    try (Fd folder = openFolder(root)) {
      linux.files().syncfs(folder);
    }
  }
}
