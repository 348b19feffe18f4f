package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.build.files.LayerFolder;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import io.lighter.images.store.NewLayer;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.WritableLayer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes layers: what a piece of work changes upon the layers below. Thread-safe. */
final class LayerMaker {
  private static final String LAYER = "layer";
  private static final String EMPTY = "empty";

  /** What changes files. */
  @FunctionalInterface
  interface Work {
    void change(LayerStack below, WritableLayer writable) throws IOException;
  }

  private final ImageStore store;
  private final Lease lease;
  private final @Nullable Long epoch;

  LayerMaker(ImageStore store, Lease lease, @Nullable Long epoch) {
    this.store = store;
    this.lease = lease;
    this.epoch = epoch;
  }

  /** Returns the diffID of the layer, which is in the store and kept by the lease. */
  Digest make(List<Digest> below, Work work) throws IOException {
    Linux linux = store.linux();
    try (NewLayer made = store.layers().create(lease)) {
      try (LayerStack stack = open(below, made);
          WritableLayer writable =
              WritableLayer.create(linux, made.folder(), LAYER, stack.root())) {
        work.change(stack, writable);
        try (Fd upper = writable.openUpper();
            LayerFolder folder = new LayerFolder(linux, upper)) {
          if (epoch != null) {
            folder.clampTimes(epoch);
          }
          String diffId = folder.archive(OutputStream.nullOutputStream()).diffId();
          Digest digest = Digest.parse(diffId);
          made.commit(LAYER + "/upper", digest, folder.size());
          return digest;
        }
      }
    }
  }

  private LayerStack open(List<Digest> below, NewLayer scratch) {
    return below.isEmpty() ? empty(store.linux(), scratch) : store.layers().open(below);
  }

  /** An overlay needs something below it also where there is nothing. */
  static LayerStack empty(Linux linux, NewLayer scratch) {
    linux.files().mkdirat(scratch.folder(), EMPTY, 0755);
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY | Fcntl.O_NOFOLLOW;
    try (Fd folder = linux.files().openat(scratch.folder(), EMPTY, flags, 0)) {
      linux.files().fchmod(folder, 0755);
      return LayerStack.ofOpen(linux, List.of(folder));
    }
  }
}
