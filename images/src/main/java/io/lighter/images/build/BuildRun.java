package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.dockerfile.Dockerfile;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.images.dockerfile.Stage;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One build while it runs: its stages, each built once on a thread of its own when somebody needs
 * it first, and what they share. Thread-safe.
 */
final class BuildRun implements AutoCloseable {
  private final ImageStore store;
  private final Lease lease;
  private final ImageSource images;
  private final BuildRequest request;
  private final Dockerfile dockerfile;
  private final BuildArguments arguments;
  private final Progress progress;
  private final StageSet stages;
  private final BuildTrees trees;
  private final BuildCache cache;
  private final LayerMaker layers;
  private final StepHistory history;
  private final ContextFolder context;
  private final Commands commands;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final StepNames names;
  private final Map<Integer, CompletableFuture<StageState>> built = new ConcurrentHashMap<>();
  private final Map<String, ImageRecord> found = new ConcurrentHashMap<>();
  private final Map<String, ImageRecord> dependencies = new ConcurrentHashMap<>();
  private final Map<String, ContextFolder> contexts = new ConcurrentHashMap<>();

  BuildRun(
      ImageStore store,
      Lease lease,
      ImageSource images,
      BuildRequest request,
      Dockerfile dockerfile,
      BuildArguments arguments,
      ContextFolder context,
      Commands commands,
      StepNames names,
      Progress progress) {
    this.store = store;
    this.lease = lease;
    this.images = images;
    this.request = request;
    this.dockerfile = dockerfile;
    this.arguments = arguments;
    this.progress = progress;
    this.stages = new StageSet(dockerfile);
    this.trees = new BuildTrees(store, lease);
    this.cache = new BuildCache(store, lease);
    Long epoch = arguments.epoch(request.sourceDateEpoch());
    this.layers = new LayerMaker(store, lease, epoch);
    this.history = new StepHistory(epoch);
    this.context = context;
    this.commands = commands;
    this.names = names;
  }

  ImageStore store() {
    return store;
  }

  Lease lease() {
    return lease;
  }

  BuildRequest request() {
    return request;
  }

  Dockerfile dockerfile() {
    return dockerfile;
  }

  BuildArguments arguments() {
    return arguments;
  }

  Progress progress() {
    return progress;
  }

  StageSet stages() {
    return stages;
  }

  BuildTrees trees() {
    return trees;
  }

  BuildCache cache() {
    return cache;
  }

  LayerMaker layers() {
    return layers;
  }

  StepHistory history() {
    return history;
  }

  Commands commands() {
    return commands;
  }

  /** The seconds that all is dated to, null for now. */
  @Nullable Long epoch() {
    return arguments.epoch(request.sourceDateEpoch());
  }

  Step newStep(String name) {
    Step step = names.next(name);
    progress.started(step);
    return step;
  }

  /** Begins a stage, unless that was done, and the stages that it is known to use. */
  CompletableFuture<StageState> begin(Stage stage) {
    CompletableFuture<StageState> future = new CompletableFuture<>();
    CompletableFuture<StageState> before = built.putIfAbsent(stage.index(), future);
    if (before != null) {
      return before;
    }
    for (Stage used :
        stages.usedBy(stage, arguments.globalExpander(dockerfile.directives().escape()))) {
      CompletableFuture<StageState> _ = begin(used);
    }
    Thread.ofPlatform()
        .daemon()
        .name("stage " + stage.index())
        .start(
            () -> {
              try {
                future.complete(new StageBuilder(this, stage).build());
              } catch (Throwable e) {
                if (!(e instanceof CancellationException)) {
                  failure.compareAndSet(null, e);
                }
                commands.cancel();
                future.completeExceptionally(e);
              }
            });
    return future;
  }

  /** Waits for a stage. */
  StageState await(Stage stage) {
    try {
      return begin(stage).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Waits until no stage runs any more, however it ends. */
  void awaitAll() {
    for (CompletableFuture<StageState> future : built.values()) {
      future.exceptionally(e -> StageState.scratch(request.platform())).join();
    }
  }

  /** Returns what the first stage failed by, which is why the others were cancelled. */
  RuntimeException failure(CancellationException cancelled) {
    return failure.get() instanceof RuntimeException first ? first : cancelled;
  }

  /** Finds an image, once for the whole build. */
  ImageRecord image(String name, Platform platform) throws IOException {
    String key = name + " " + platform;
    ImageRecord image = found.get(key);
    if (image == null) {
      image = images.find(name, platform, request.pull(), lease);
      found.put(key, image);
      dependencies.put(Provenance.packageUrl(name, platform), image);
    }
    return image;
  }

  /** Takes an image out of a layout, once for the whole build. */
  ImageRecord image(BuildContext.Layout layout, Platform platform) throws IOException {
    String key = layout + " " + platform;
    ImageRecord image = found.get(key);
    if (image == null) {
      image = new LayoutImage(store, lease).take(layout, platform);
      found.put(key, image);
      dependencies.put("pkg:oci/image@" + image.manifest().digest(), image);
    }
    return image;
  }

  /** The images that stages were built upon, by their package URLs. */
  Map<String, ImageRecord> dependencies() {
    return Map.copyOf(dependencies);
  }

  /** The images that stages were built upon. */
  List<ImageRecord> imagesUsed() {
    return List.copyOf(found.values());
  }

  /**
   * Opens what an instruction takes files from.
   *
   * @param user the stage whose instruction it is
   * @param from null for the context
   */
  OpenedTree open(Stage user, @Nullable String from) throws IOException {
    if (from == null) {
      return trees.context(context);
    }
    BuildContext named = request.contexts().get(from);
    if (named instanceof BuildContext.Image image) {
      return openImage(image.reference(), from, user);
    }
    if (named instanceof BuildContext.Layout layout) {
      return trees.layers(image(layout, request.platform()).diffIds(), "the image " + from);
    }
    if (named != null) {
      return trees.context(namedContext(from, named));
    }
    Stage stage = stages.before(user.index(), from);
    if (stage != null) {
      List<Digest> below = await(stage).layers();
      return trees.layers(below, "the stage " + from);
    }
    stages.refuseLater(user.index(), from);
    return openImage(from, from, user);
  }

  private OpenedTree openImage(String reference, String name, Stage user) throws IOException {
    try {
      ImageRecord image = image(reference, request.platform());
      return trees.layers(image.diffIds(), "the image " + name);
    } catch (ImageException e) {
      throw new SyntaxException(e.getMessage() + stages.hint(user.index(), name));
    }
  }

  private synchronized ContextFolder namedContext(String name, BuildContext named)
      throws IOException {
    ContextFolder folder = contexts.get(name);
    if (folder == null) {
      folder = ContextFolder.open(store, lease, named, "the context " + name);
      String rules = folder.read(".dockerignore");
      if (rules != null) {
        folder.ignore(IgnoreRules.parse(".dockerignore of " + name, rules));
      }
      contexts.put(name, folder);
    }
    return folder;
  }

  @Override
  public void close() throws IOException {
    contexts.values().forEach(ContextFolder::close);
    cache.close();
  }
}
