package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what is right and may still not be meant, as BuildKit's checks do.
 *
 * <pre>{@code
 * for (LintWarning warning : new Linter(file).warnings()) {
 *   System.err.println(warning.text());
 * }
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Linter {
  private static final Set<String> AUTOMATIC =
      Set.of(
          "TARGETPLATFORM",
          "TARGETOS",
          "TARGETOSVERSION",
          "TARGETARCH",
          "TARGETVARIANT",
          "TARGETSTAGE",
          "BUILDPLATFORM",
          "BUILDOS",
          "BUILDOSVERSION",
          "BUILDARCH",
          "BUILDVARIANT");

  private final Dockerfile file;
  private final Set<String> given;
  private final IgnoreRules ignored;
  private final Function<String, @Nullable Set<String>> environments;

  /**
   * Looks at a file alone.
   *
   * @param file to look at
   */
  public Linter(Dockerfile file) {
    this(file, Set.of(), IgnoreRules.NONE, image -> null);
  }

  /**
   * Looks at a file and what it is built with.
   *
   * @param given names of build arguments
   * @param ignored what is no part of the context
   * @param environments the names of variables that an image has, null when it is not known
   */
  public Linter(
      Dockerfile file,
      Set<String> given,
      IgnoreRules ignored,
      Function<String, @Nullable Set<String>> environments) {
    this.file = file;
    this.given = given;
    this.ignored = ignored;
    this.environments = environments;
  }

  /** Returns what the directive of the file wants to know, in the order of lines. */
  public List<LintWarning> warnings() {
    return warnings(file.directives().check());
  }

  /** Returns what is wanted, in the order of lines. */
  public List<LintWarning> warnings(Directives.Check check) {
    List<LintWarning> found = new ArrayList<>();
    for (SourceRange range : file.emptyContinuations()) {
      found.add(
          new LintWarning(
              LintRule.NO_EMPTY_CONTINUATION, range, "an empty line stands in an instruction"));
    }
    new CasingRules(file, found).check();
    new StageRules(file, ignored, found).check();
    new VariableRules(file, given, environments, found).check();
    return found.stream()
        .filter(warning -> check.wants(warning.rule()))
        .sorted(Comparator.comparingInt(warning -> warning.range().first()))
        .distinct()
        .toList();
  }

  /** Tells whether FROM may use a variable that nobody declared. */
  static boolean isAutomatic(String name) {
    return AUTOMATIC.contains(name);
  }
}
