package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.manifest.ImageManifest;
import io.lighter.images.reference.Reference;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.client.RemoteManifest;
import io.lighter.images.registry.client.RemoteRepository;
import io.lighter.images.store.ImageStore;
import io.lighter.images.transfer.Together;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Sends an index and all that it lists to a registry. What the registry has is not sent.
 *
 * @param told hears what goes on
 */
record IndexPush(ImageStore store, Registries registries, Consumer<String> told) {
  private static final int AT_ONCE = 5;

  void push(IndexExport export, Reference name) throws IOException {
    RemoteRepository repository = registries.repository(name);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (Descriptor blob : export.blobs()) {
      tasks.add(
          () -> {
            send(repository, blob);
            return null;
          });
    }
    Together.run("push", AT_ONCE, tasks);
    for (Descriptor manifest : export.manifests()) {
      repository.put(manifest.digest().toString(), document(manifest));
    }
    repository.put(name.selector(), document(export.index()));
  }

  private void send(RemoteRepository repository, Descriptor blob) {
    String id = blob.digest().shortHex();
    if (repository.has(blob.digest())) {
      told.accept(id + ": Layer already exists");
      return;
    }
    repository.upload(
        blob,
        offset -> Channels.newInputStream(store.blobs().open(blob.digest()).position(offset)),
        _ -> {});
    told.accept(id + ": Pushed");
  }

  private RemoteManifest document(Descriptor manifest) throws IOException {
    byte[] bytes = store.blobs().read(manifest.digest(), ImageManifest.MAX_BYTES);
    return RemoteManifest.of(manifest.mediaType(), bytes);
  }
}
