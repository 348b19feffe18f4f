package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.reference.Reference;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images of this machine: see the package for how they lie on the disk. Safe for use by many
 * threads and processes.
 */
public final class ImageStore {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final StoreFolder store;

  private ImageStore(StoreFolder store) {
    this.store = store;
  }

  /**
   * Opens a store, makes it when it is not there, and removes what killed processes have left.
   *
   * @param root a folder that is private to the user
   */
  public static ImageStore open(Linux linux, Path root) throws IOException {
    StoreFolder folder = StoreFolder.open(linux, root);
    GarbageCollector collector = new GarbageCollector(folder);
    collector.sweepLeftovers();
    byte[] boot = Files.readAllBytes(BOOT_ID);
    if (!Arrays.equals(boot, lastBoot(folder))) {
      // What was not forced to the disk before a power failure may be there and be wrong.
      collector.collect();
      DurableFile.replace(folder, folder.boot(), boot);
    }
    return new ImageStore(folder);
  }

  private static byte[] lastBoot(StoreFolder folder) throws IOException {
    try {
      return Files.readAllBytes(folder.boot());
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  /** The folder. */
  public Path root() {
    return store.root();
  }

  /** What the store calls the kernel by. */
  public Linux linux() {
    return store.linux();
  }

  /** Content by its digest. */
  public BlobStore blobs() {
    return new BlobStore(store);
  }

  /** Unpacked layers. */
  public LayerStore layers() {
    return new LayerStore(store);
  }

  /** What others keep here: letters, digits, {@code _}, {@code -} and dots make a kind. */
  public Records records(String kind) {
    return new Records(store, kind);
  }

  /** Begins an operation. */
  public Lease lease() throws IOException {
    return Lease.begin(store);
  }

  /**
   * Begins an operation that only one process and thread may do at a time.
   *
   * @param name of it: letters, digits and dashes
   * @return null while somebody else does it
   */
  public @Nullable Lease tryLease(String name) throws IOException {
    return Lease.tryBegin(store, name);
  }

  /**
   * Writes down an image, which is kept from then on. All that it is made of must be in the store
   * and kept by a lease; it is forced to the disk before the record is written.
   *
   * @param names that it gets; other images lose them
   */
  public void put(ImageRecord image, Collection<NamedImage> names) throws IOException {
    for (Digest diffId : image.diffIds()) {
      if (!layers().has(diffId)) {
        throw new ImageException("the layer " + diffId + " of the image is not in the store");
      }
    }
    store.sync();
    try (FileLock _ = FileLock.alone(store.linux(), store.lock())) {
      boolean tagged = names.stream().anyMatch(name -> name.name().tag() != null);
      write(tagged ? image.taggedAt(Instant.now()) : image);
      name(names);
    }
  }

  /**
   * Gives an image that is here names; other images lose them.
   *
   * @throws ImageException when the image is not here any more
   */
  public void tag(Digest id, Collection<NamedImage> names) throws IOException {
    try (FileLock _ = FileLock.alone(store.linux(), store.lock())) {
      ImageRecord image = get(id);
      if (image == null) {
        throw new ImageException("No such image: " + id);
      }
      write(image.taggedAt(Instant.now()));
      name(names);
    }
  }

  private void name(Collection<NamedImage> names) throws IOException {
    if (!names.isEmpty()) {
      References references = References.read(store);
      names.forEach(references::put);
      references.write();
    }
  }

  private void write(ImageRecord image) throws IOException {
    DurableFile.replace(store, file(image.id()), image.toBytes());
  }

  /** Takes names away; returns those that there were. The images stay. */
  public List<Reference> untag(Collection<Reference> names) throws IOException {
    try (FileLock _ = FileLock.alone(store.linux(), store.lock())) {
      References references = References.read(store);
      List<Reference> gone = new ArrayList<>();
      for (Reference name : names) {
        if (references.remove(name)) {
          gone.add(name);
        }
      }
      if (!gone.isEmpty()) {
        references.write();
      }
      return gone;
    }
  }

  /**
   * Removes an image with all its names. What it was made of goes with the next {@link
   * #collectGarbage}.
   *
   * @return false when it was not here
   */
  public boolean remove(Digest id) throws IOException {
    try (FileLock _ = FileLock.alone(store.linux(), store.lock())) {
      References references = References.read(store);
      List<NamedImage> names =
          references.all().stream().filter(image -> image.id().equals(id)).toList();
      if (!names.isEmpty()) {
        names.forEach(image -> references.remove(image.name()));
        references.write();
      }
      return DurableFile.delete(file(id));
    }
  }

  /** Returns an image by its full id, or null. */
  public @Nullable ImageRecord get(Digest id) throws IOException {
    try {
      return ImageRecord.read(Files.readAllBytes(file(id)));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Returns what a name stands for, or null. */
  public @Nullable NamedImage named(Reference name) throws IOException {
    return References.read(store).get(name);
  }

  /** All names, sorted. */
  public List<NamedImage> names() throws IOException {
    return List.copyOf(References.read(store).all());
  }

  /** The ids of all images, in no order. */
  public List<Digest> ids() throws IOException {
    return StoreFolder.names(store.images()).stream()
        .map(hex -> new Digest("sha256", hex))
        .toList();
  }

  /** All images, in no order. */
  public List<ImageRecord> images() throws IOException {
    List<ImageRecord> images = new ArrayList<>();
    for (Digest id : ids()) {
      ImageRecord image = get(id);
      if (image != null) {
        images.add(image);
      }
    }
    return images;
  }

  /** Reads the configuration of an image. */
  public ImageConfig config(ImageRecord image) throws IOException {
    return ImageConfig.read(configBytes(image));
  }

  /** The configuration of an image as it came. */
  public byte[] configBytes(ImageRecord image) throws IOException {
    return blobs().read(image.id(), ImageConfig.MAX_BYTES);
  }

  /** Removes all content that nothing needs. */
  public Reclaimed collectGarbage() throws IOException {
    return new GarbageCollector(store).collect();
  }

  private Path file(Digest id) {
    if (!id.algorithm().equals("sha256")) {
      throw new ImageException("the id of an image is a SHA-256, and not " + id);
    }
    return store.images().resolve(id.hex());
  }
}
