package io.lighter.images.build;

import io.lighter.images.Platform;
import io.lighter.images.dockerfile.Dockerfile;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.images.dockerfile.LintWarning;
import io.lighter.images.dockerfile.Stage;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Builds images.
 *
 * <pre>{@code
 * Builder builder = new Builder(store, new StoredImages(store), () -> ContainerRuntime.open(config));
 * BuildRequest request =
 *     BuildRequest.of(new BuildContext.Folder(folder), new DockerfileSource.InContext("Dockerfile"));
 * BuildResult result =
 *     builder.build(
 *         request.with(r -> r.target = "test"),
 *         List.of(new StoreOutput(List.of(Reference.parse("app")))),
 *         progress);
 * result.image().id();
 * }</pre>
 *
 * <p>Safe for use by many threads, each build on its own.
 */
public final class Builder {
  private static final String CONTEXT = "the build context";

  private final ImageStore store;
  private final ImageSource images;
  private final RuntimeSource runtime;

  /**
   * Builds into a store.
   *
   * @param runtime opened when the first command must run, and closed with each build
   */
  public Builder(ImageStore store, ImageSource images, RuntimeSource runtime) {
    this.store = store;
    this.images = images;
    this.runtime = runtime;
  }

  /**
   * Builds.
   *
   * @param outputs where the result goes; none to fill the cache only
   * @throws BuildException when a step fails, with the lines of the Dockerfile
   * @throws io.lighter.images.dockerfile.DockerfileException when the Dockerfile is wrong
   */
  public BuildResult build(BuildRequest request, List<BuildOutput> outputs, Progress progress)
      throws IOException {
    return build(request, List.of(request.platform()), outputs, progress);
  }

  /**
   * Builds for platforms, one after the other.
   *
   * @param platforms at least one; they take the place of the one in the request
   */
  public BuildResult build(
      BuildRequest request, List<Platform> platforms, List<BuildOutput> outputs, Progress progress)
      throws IOException {
    Instant begun = Instant.now();
    try (Lease lease = store.lease();
        ContextFolder context = context(request, lease, progress);
        Commands commands = new Commands(store.linux(), runtime, progress);
        Runs runs = new Runs()) {
      Dockerfile dockerfile = read(request, context);
      Stage target = new StageSet(dockerfile).target(request.target());
      AtomicInteger steps = new AtomicInteger();
      List<BuiltImage> built = new ArrayList<>();
      for (Platform platform : platforms) {
        BuildRequest one = request.with(draft -> draft.platform = platform);
        BuildArguments arguments = new BuildArguments(one.args(), platform, one.target());
        arguments.declareGlobals(dockerfile.globals(), dockerfile.directives().escape());
        if (built.isEmpty()) {
          new Checks(store, one, dockerfile)
              .tell(context.ignored(), arguments.givenNames(), progress);
        }
        StepNames names = new StepNames(steps, platforms.size() > 1 ? platform.toString() : "");
        BuildRun run =
            new BuildRun(
                store,
                lease,
                images,
                one,
                dockerfile,
                arguments,
                context,
                commands,
                names,
                progress);
        runs.all.add(run);
        new CacheImport(one, images, store, lease, run.cache(), progress).read();
        built.add(image(run, target, begun));
      }
      return write(built, outputs);
    }
  }

  /** What the platforms were built by, open until all is written. */
  private static final class Runs implements AutoCloseable {
    private final List<BuildRun> all = new ArrayList<>();

    @Override
    public void close() throws IOException {
      for (BuildRun run : all) {
        run.close();
      }
    }
  }

  /**
   * Looks at a Dockerfile and builds nothing.
   *
   * @return what is not as it should be, in the order of lines
   * @throws io.lighter.images.dockerfile.DockerfileException when the Dockerfile is wrong
   */
  public List<LintWarning> check(BuildRequest request) throws IOException {
    try (Lease lease = store.lease();
        ContextFolder context = ContextFolder.open(store, lease, request.context(), CONTEXT)) {
      Dockerfile dockerfile = read(request, context);
      new StageSet(dockerfile).target(request.target());
      return new Checks(store, request, dockerfile).warnings(context.ignored());
    }
  }

  private ContextFolder context(BuildRequest request, Lease lease, Progress progress)
      throws IOException {
    BuildContext context = request.context();
    if (!(context instanceof BuildContext.Git) && !(context instanceof BuildContext.Web)) {
      return ContextFolder.open(store, lease, context, CONTEXT);
    }
    Step step = new Step(0, "fetching the build context");
    progress.started(step);
    Progress.Outcome outcome = Progress.Outcome.FAILED;
    try {
      ContextFolder fetched = ContextFolder.open(store, lease, context, CONTEXT);
      outcome = Progress.Outcome.DONE;
      return fetched;
    } finally {
      progress.ended(step, outcome);
    }
  }

  private static BuiltImage image(BuildRun run, Stage target, Instant begun) {
    StageState state;
    try {
      state = run.await(target);
    } catch (CancellationException e) {
      throw run.failure(e);
    } finally {
      // Whoever failed has cancelled the rest, which must not outlive the build.
      run.awaitAll();
    }
    BuildRequest request = run.request();
    Map<String, String> labels = new LinkedHashMap<>(request.labels());
    labels.putAll(InlineCache.label(request, run.cache(), state.layers()));
    ProvenanceOptions told = request.provenance();
    Provenance provenance =
        told == null
            ? null
            : new Provenance(told, request, run.dockerfile(), run.dependencies(), begun);
    return new BuiltImage(run, state, state.image(run.history().now(), labels), provenance);
  }

  private static BuildResult write(List<BuiltImage> images, List<BuildOutput> outputs)
      throws IOException {
    BuiltImage first = images.getFirst();
    boolean index = images.size() > 1 || first.provenance() != null;
    BuildRun run = first.run();
    BuildResult result = new BuildResult(first.config(), null);
    for (BuildOutput output : outputs) {
      LayerStep step = new LayerStep(run, output.name(), true);
      Consumer<String> told = line -> run.progress().output(step.step(), false, line);
      BuildResult before = result;
      result =
          step.tell(
              () ->
                  index
                      ? output.writeIndex(images, before, told)
                      : output.write(first, before, told));
    }
    new CacheExport(images).write();
    return result;
  }

  private static Dockerfile read(BuildRequest request, ContextFolder context) {
    String name;
    String text;
    String ignore;
    switch (request.dockerfile()) {
      case DockerfileSource.InContext inside -> {
        name = context.onlyFile() == null ? inside.path() : context.onlyFile();
        text = context.read(name);
        ignore = context.read(name + ".dockerignore");
        if (text == null) {
          throw new BuildException(
              "there is no " + name + " in the build context; name another by --file");
        }
      }
      case DockerfileSource.Text given -> {
        name = given.name();
        text = given.text();
        ignore = given.ignore();
      }
    }
    readRules(context, name, ignore);
    return Dockerfile.parse(name, text);
  }

  private static void readRules(ContextFolder context, String name, @Nullable String ofDockerfile) {
    String rules = ofDockerfile == null ? context.read(".dockerignore") : ofDockerfile;
    if (rules != null) {
      String file = ofDockerfile == null ? ".dockerignore" : name + ".dockerignore";
      context.ignore(IgnoreRules.parse(file, rules));
    }
  }
}
