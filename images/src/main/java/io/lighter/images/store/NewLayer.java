package io.lighter.images.store;

import io.lighter.images.Digest;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Stat;
import io.lighter.overlay.archive.ArchiveExtractor;
import io.lighter.overlay.archive.ExtractedArchive;
import io.lighter.overlay.archive.ExtractionOptions;
import io.lighter.runtime.PrivateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/**
 * A layer that is made here. Whoever makes it puts the files into a folder of the store's own, so
 * that they need not be copied; once their archive has told the diffID, {@link #commit} takes them
 * as they are. Closing it before removes it. Not thread-safe.
 */
public final class NewLayer implements AutoCloseable {
  private final StoreFolder store;
  private final Lease lease;
  private final LayerDraft draft;
  private final Fd folder;

  private NewLayer(StoreFolder store, Lease lease, LayerDraft draft, Fd folder) {
    this.store = store;
    this.lease = lease;
    this.draft = draft;
    this.folder = folder;
  }

  static NewLayer create(StoreFolder store, Lease lease) throws IOException {
    LayerDraft draft = LayerDraft.begin(store, StoreFolder.fresh(""));
    try {
      PrivateFolder.make(draft.folder());
      return new NewLayer(store, lease, draft, store.openFolder(draft.folder()));
    } catch (IOException | RuntimeException e) {
      draft.close();
      throw e;
    }
  }

  /**
   * An empty folder to work in, such as for a {@link io.lighter.overlay.WritableLayer}. It is the
   * store's; it stays open until this is closed.
   */
  public Fd folder() {
    return folder;
  }

  /** The same as a path. */
  public Path path() {
    return draft.folder();
  }

  /**
   * Unpacks an archive as this layer, and puts it into the store.
   *
   * @param tar uncompressed; it is read to its end and stays open
   * @return the diffID
   * @throws io.lighter.overlay.archive.ArchiveException when it is refused
   */
  public Digest unpack(InputStream tar) throws IOException {
    MessageDigest hash = Digest.newSha256();
    store.linux().files().mkdirat(folder, LayerStore.FILES, 0755);
    ExtractedArchive archive;
    try (Fd files =
        store
            .linux()
            .files()
            .openat(folder, LayerStore.FILES, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0)) {
      archive =
          new ArchiveExtractor(store.linux(), ExtractionOptions.LAYER)
              .extract(new DigestInputStream(tar, hash), files);
    }
    Digest diffId = Digest.ofSha256(hash.digest());
    commit(LayerStore.FILES, diffId, archive.contentBytes());
    return diffId;
  }

  /**
   * Puts the layer into the store, where the lease keeps it. Nothing may be mounted on its files
   * any more.
   *
   * @param files the way from {@link #folder} to the folder with the files: {@code upper}
   * @param diffId the digest of their archive
   * @param size the bytes of their content
   */
  public void commit(String files, Digest diffId, long size) throws IOException {
    if (lease.keepLayer(diffId)) {
      return;
    }
    LayerDraft whole = LayerDraft.begin(store, diffId.algorithm() + "-" + diffId.hex());
    try (whole) {
      PrivateFolder.make(whole.folder());
      try (Fd target = store.openFolder(whole.folder())) {
        store
            .linux()
            .files()
            .renameat2(folder, files, target, LayerStore.FILES, Stat.RENAME_NOREPLACE);
      }
      whole.commit(diffId, size);
    }
  }

  @Override
  public void close() throws IOException {
    folder.close();
    draft.close();
  }
}
