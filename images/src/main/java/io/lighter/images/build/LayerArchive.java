package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.build.files.LayerFolder;
import io.lighter.images.compression.Compression;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NewBlob;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Packs unpacked layers of the store into archives. Thread-safe.
 *
 * @param lease keeps them
 * @param level of the compression; null for the usual one
 */
record LayerArchive(
    ImageStore store, Lease lease, Compression compression, @Nullable Integer level) {
  private static final int FOLDER = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;

  /**
   * Packs a layer.
   *
   * @throws BuildException when it is not what its digest says any more
   */
  Descriptor of(Digest diffId) throws IOException {
    Linux linux = store.linux();
    String path = store.layers().folder(diffId).toString();
    try (NewBlob blob = store.blobs().create(lease);
        Fd folder = linux.files().openat(Fd.WORKING_FOLDER, path, FOLDER, 0);
        LayerFolder layer = new LayerFolder(linux, folder)) {
      String written;
      try (OutputStream out = compression.compressing(new Unclosed(blob), level)) {
        written = layer.archive(out).diffId();
      }
      if (!written.equals(diffId.toString())) {
        throw new BuildException(
            "the layer %s was changed in the store: it is %s now".formatted(diffId, written));
      }
      long size = blob.size();
      return new Descriptor(LayerTypes.of(compression, true), blob.commit(), size);
    }
  }

  /** Lets a compressing stream be closed, which ends it, without closing the blob below. */
  static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
