package io.lighter.images.build;

import io.lighter.images.dockerfile.Dockerfile;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.images.dockerfile.LintWarning;
import io.lighter.images.dockerfile.Stage;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.Lease;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
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
    try (Lease lease = store.lease();
        ContextFolder context = context(request, lease, progress);
        Commands commands = new Commands(store.linux(), runtime, progress)) {
      Dockerfile dockerfile = read(request, context);
      Stage target = new StageSet(dockerfile).target(request.target());
      BuildArguments arguments =
          new BuildArguments(request.args(), request.platform(), request.target());
      arguments.declareGlobals(dockerfile.globals(), dockerfile.directives().escape());
      new Checks(store, request, dockerfile)
          .tell(context.ignored(), arguments.givenNames(), progress);
      try (BuildRun run =
          new BuildRun(
              store, lease, images, request, dockerfile, arguments, context, commands, progress)) {
        new CacheImport(request, images, store, lease, run.cache(), progress).read();
        return finish(run, target, outputs);
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

  private static BuildResult finish(BuildRun run, Stage target, List<BuildOutput> outputs)
      throws IOException {
    StageState state;
    try {
      state = run.await(target);
    } catch (CancellationException e) {
      throw run.failure(e);
    } finally {
      // Whoever failed has cancelled the rest, which must not outlive the build.
      run.awaitAll();
    }
    Map<String, String> labels = new LinkedHashMap<>(run.request().labels());
    labels.putAll(InlineCache.label(run.request(), run.cache(), state.layers()));
    ImageConfig config = state.image(run.history().now(), labels);
    BuiltImage built = new BuiltImage(run, state, config);
    BuildResult result = new BuildResult(config, null);
    for (BuildOutput output : outputs) {
      LayerStep step = new LayerStep(run, output.name(), true);
      BuildResult before = result;
      Consumer<String> told = line -> run.progress().output(step.step(), false, line);
      result = step.tell(() -> output.write(built, before, told));
    }
    new CacheExport(run, state.layers()).write();
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
