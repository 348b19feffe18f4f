package io.lighter.bench.images;

import io.lighter.images.build.BuildContext;
import io.lighter.images.build.BuildNetwork;
import io.lighter.images.build.BuildRequest;
import io.lighter.images.build.Builder;
import io.lighter.images.build.DockerfileSource;
import io.lighter.images.build.Progress;
import io.lighter.images.build.StoreOutput;
import io.lighter.images.build.StoredImages;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageStore;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Ours as a library in this JVM, on the store that its commands use. */
final class WarmBuilder implements RunningEngine {
  private final Builder builder;

  WarmBuilder(Path state) throws IOException {
    ImageStore store = ImageStore.open(Linux.kernel(), state.resolve("images"));
    this.builder =
        new Builder(
            store,
            new StoredImages(store),
            () -> {
              throw new IllegalStateException("a step runs that should be in the cache");
            });
  }

  @Override
  public void build(Path context, String image) throws IOException {
    BuildRequest request =
        BuildRequest.of(
                new BuildContext.Folder(context), new DockerfileSource.InContext("Dockerfile"))
            .with(draft -> draft.network = BuildNetwork.NONE);
    builder.build(
        request, List.of(new StoreOutput(List.of(Reference.parse(image)))), Progress.NONE);
  }

  @Override
  public void close() {}
}
