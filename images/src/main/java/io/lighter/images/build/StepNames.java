package io.lighter.images.build;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers the steps of a build, and names them. Thread-safe.
 *
 * @param steps so far, of all platforms
 * @param platform that its steps are for, as BuildKit has it in their names; empty when there is
 *     one only
 */
record StepNames(AtomicInteger steps, String platform) {
  Step next(String name) {
    boolean told = !platform.isEmpty() && name.startsWith("[");
    return new Step(
        steps.incrementAndGet(), told ? "[" + platform + " " + name.substring(1) : name);
  }
}
