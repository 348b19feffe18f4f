package io.lighter.images.build;

import io.lighter.images.ImageException;
import io.lighter.images.dockerfile.Directives;
import io.lighter.images.dockerfile.Dockerfile;
import io.lighter.images.dockerfile.IgnoreRules;
import io.lighter.images.dockerfile.Instruction;
import io.lighter.images.dockerfile.LintWarning;
import io.lighter.images.dockerfile.Linter;
import io.lighter.images.dockerfile.Stage;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.images.dockerfile.Variable;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.NamedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at a Dockerfile before it is built. */
final class Checks {
  private static final String ARGUMENT = "BUILDKIT_DOCKERFILE_CHECK";

  private final ImageStore store;
  private final BuildRequest request;
  private final Dockerfile dockerfile;
  private final Directives.Check check;

  Checks(ImageStore store, BuildRequest request, Dockerfile dockerfile) {
    this.store = store;
    this.request = request;
    this.dockerfile = dockerfile;
    String asked = request.args().get(ARGUMENT);
    try {
      this.check = asked == null ? dockerfile.directives().check() : Directives.Check.parse(asked);
    } catch (SyntaxException e) {
      throw new BuildException(ARGUMENT + ": " + e.getMessage(), e);
    }
  }

  /** Returns what is not as it should be. */
  List<LintWarning> warnings(IgnoreRules ignored) {
    return new Linter(dockerfile, request.args().keySet(), ignored, this::environment)
        .warnings(check);
  }

  /**
   * Tells the warnings.
   *
   * @throws BuildException when there are some, and the file wants them to be errors
   */
  void tell(IgnoreRules ignored, Set<String> given, Progress progress) {
    List<LintWarning> warnings = warnings(ignored);
    warnings.forEach(warning -> progress.warned(warning.text()));
    Set<String> unused = unused(given);
    if (!unused.isEmpty()) {
      progress.warned("no ARG declares the build arguments " + String.join(", ", unused));
    }
    if (check.error() && !warnings.isEmpty()) {
      throw new BuildException(
          "the Dockerfile wants warnings to be errors: "
              + warnings.stream().map(LintWarning::text).collect(Collectors.joining("; ")));
    }
  }

  private Set<String> unused(Set<String> given) {
    Set<String> unused = new TreeSet<>(given);
    for (Instruction.Arg arg : dockerfile.globals()) {
      arg.variables().stream().map(Variable::name).forEach(unused::remove);
    }
    for (Stage stage : dockerfile.stages()) {
      for (Instruction instruction : stage.instructions()) {
        if (instruction instanceof Instruction.Arg arg) {
          arg.variables().stream().map(Variable::name).forEach(unused::remove);
        }
      }
    }
    return unused;
  }

  /** The variables of an image that is here already; nothing is fetched to look at it. */
  private @Nullable Set<String> environment(String image) {
    try {
      NamedImage named = store.named(Reference.parse(image));
      ImageRecord record = named == null ? null : store.get(named.id());
      if (record == null) {
        return null;
      }
      Set<String> names = new HashSet<>();
      for (String setting : store.config(record).config().env()) {
        names.add(setting.replaceFirst("=.*", ""));
      }
      return names;
    } catch (ImageException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
