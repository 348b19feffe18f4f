package io.lighter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides for {@link RequiresRoot}, {@link RequiresTool} and {@link KernelTest}. */
public final class Requirements implements ExecutionCondition {

  private static final long CAP_SYS_ADMIN = 1L << 21;
  private static final Set<String> CONTROLLERS = Set.of("cpu", "memory", "pids");

  /**
   * Whether a missing requirement fails the test in place of skipping it: system property or else
   * environment variable {@code LIGHTER_TESTS_REQUIRED=true}. Continuous integration sets it, so
   * that a machine that lost a tool is not a green build.
   */
  public static boolean enforced() {
    String property = System.getProperty("LIGHTER_TESTS_REQUIRED");
    return Boolean.parseBoolean(
        property != null ? property : System.getenv("LIGHTER_TESTS_REQUIRED"));
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    List<String> missing =
        context.getElement().map(Requirements::missing).orElseGet(ArrayList::new);
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("everything that is required is here");
    }
    String reason = String.join("; ", missing);
    if (enforced()) {
      throw new MissingRequirementException(
          context.getDisplayName() + " cannot run and LIGHTER_TESTS_REQUIRED=true: " + reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }

  private static List<String> missing(AnnotatedElement element) {
    List<String> missing = new ArrayList<>();
    if (AnnotationSupport.isAnnotated(element, RequiresRoot.class) && !isRoot()) {
      missing.add("needs user 0 with CAP_SYS_ADMIN");
    }
    for (RequiresTool tool :
        AnnotationSupport.findRepeatableAnnotations(element, RequiresTool.class)) {
      if (Tools.find(tool.value()).isEmpty()) {
        String from = tool.debianPackage().isEmpty() ? tool.value() : tool.debianPackage();
        missing.add("needs the program " + tool.value() + " (apt-get install " + from + ")");
      }
    }
    if (AnnotationSupport.isAnnotated(element, KernelTest.class) && !hasControllers()) {
      missing.add(
          "needs a cgroup v2 tree with "
              + CONTROLLERS.stream().sorted().toList()
              + ": run it in the test kernel (testing/kernel/README.md)");
    }
    return missing;
  }

  private static boolean isRoot() {
    boolean userZero = false;
    boolean sysAdmin = false;
    for (String line : lines(Path.of("/proc/self/status"))) {
      String[] fields = line.split("\\s+", -1);
      switch (fields[0]) {
        case "Uid:" -> userZero = fields[2].equals("0");
        case "CapEff:" -> sysAdmin = (Long.parseUnsignedLong(fields[1], 16) & CAP_SYS_ADMIN) != 0;
        default -> {}
      }
    }
    return userZero && sysAdmin;
  }

  private static boolean hasControllers() {
    return Mount.ofThisProcess().stream()
        .filter(mount -> mount.type().equals("cgroup2"))
        .map(mount -> Path.of(mount.point(), "cgroup.controllers"))
        .filter(Files::isReadable)
        .anyMatch(
            file ->
                lines(file).stream()
                    .anyMatch(l -> Set.of(l.split(" ", -1)).containsAll(CONTROLLERS)));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }
}
