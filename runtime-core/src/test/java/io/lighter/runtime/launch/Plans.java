package io.lighter.runtime.launch;

import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Plans of the default container with something changed, for a host that these tests make up. */
final class Plans {
  private Plans() {}

  static Spec spec(Consumer<Process.Draft> process, Consumer<LinuxConfig.Draft> linux) {
    Spec spec = DefaultContainer.of(new Root("/", false), List.of("/bin/true"), null);
    return spec.with(
        s -> {
          s.process = Objects.requireNonNull(spec.process()).with(process);
          s.linux = spec.linuxOrEmpty().with(linux);
        });
  }

  static LaunchPlan of(Spec spec, SecurityModule... modules) {
    return of(spec, new LaunchOptions(true, false, "/run/empty", false), modules);
  }

  static LaunchPlan of(Spec spec, LaunchOptions options, SecurityModule... modules) {
    return new LaunchPlanner(
            spec,
            options,
            path -> PathKinds.Kind.FOLDER,
            path ->
                path.startsWith("/proc/") && path.indexOf('/', 6) < 0
                    ? PathKinds.Kind.FILE
                    : PathKinds.Kind.FOLDER,
            grantable(modules),
            null)
        .plan();
  }

  static LaunchPlanner.Grantable grantable(SecurityModule... modules) {
    return new LaunchPlanner.Grantable(40, -1L, Set.of(modules));
  }

  /** Returns the steps whose text has a word in it, without their numbers. */
  static List<String> steps(LaunchPlan plan, String word) {
    return plan.program().steps().stream()
        .map(Object::toString)
        .filter(step -> step.contains(word))
        .toList();
  }

  /** Returns the place of the first step whose text has a word in it. */
  static int place(LaunchPlan plan, String word) {
    return plan.program().steps().stream()
        .filter(step -> step.toString().contains(word))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + word + " in\n" + plan.program().explain()))
        .index();
  }
}
