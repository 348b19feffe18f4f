package io.lighter.runtime.spec;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the specification between fields, and those of the kernel without which a container
 * could only fail half-made. All problems are found, not the first one only. What depends on the
 * host is not looked at.
 */
public final class SpecValidation {
  private static final Pattern SEMANTIC_VERSION =
      Pattern.compile("(\\d+)\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?");

  private SpecValidation() {}

  /** What is wrong with {@code spec}, empty when nothing is. */
  public static List<Problem> problems(Spec spec) {
    Problems problems = new Problems();
    version(spec.ociVersion(), problems);
    annotations(spec, problems);
    HookRules.check(spec.hooks(), problems);
    FileSystemRules.check(spec, problems);
    NamespaceRules.check(spec, problems);
    LinuxConfig linux = spec.linuxOrEmpty();
    ProcessRules.check(spec.process(), linux, problems);
    SysctlRules.check(spec, problems);
    DeviceRules.check(linux, problems);
    ResourceRules.check(linux.resources(), problems);
    SeccompRules.check(linux.seccomp(), problems);
    AllocationRules.check(linux, problems);
    return problems.found();
  }

  /**
   * Returns when {@code spec} breaks no rule.
   *
   * @throws SpecException with all problems in its message
   */
  public static void check(Spec spec) {
    check(problems(spec));
  }

  /**
   * Returns when a process that is added to a container breaks no rule.
   *
   * @throws SpecException with all problems in its message
   */
  public static void check(Process process) {
    Problems problems = new Problems();
    ProcessRules.check(process, LinuxConfig.EMPTY, problems);
    check(problems.found());
  }

  /**
   * Returns when limits break no rule.
   *
   * @throws SpecException with all problems in its message
   */
  public static void check(Resources resources) {
    Problems problems = new Problems();
    ResourceRules.check(resources, problems);
    check(problems.found());
  }

  private static void check(List<Problem> problems) {
    if (problems.size() == 1) {
      throw new SpecException(problems.getFirst().path(), problems.getFirst().reason());
    }
    if (!problems.isEmpty()) {
      throw new SpecException(
          "",
          problems.size()
              + " problems\n"
              + problems.stream().map(p -> "  " + p).collect(Collectors.joining("\n")));
    }
  }

  private static void version(@Nullable String version, Problems problems) {
    var matcher = SEMANTIC_VERSION.matcher(version == null ? "" : version);
    problems.require(
        matcher.matches() && matcher.group(1).equals("1"),
        "ociVersion",
        "expected a version 1.x.y such as " + Spec.VERSION + ", found \"" + version + "\"");
  }

  private static void annotations(Spec spec, Problems problems) {
    problems.require(
        !spec.annotations().containsKey(""), "annotations", "an annotation has an empty name");
  }
}
