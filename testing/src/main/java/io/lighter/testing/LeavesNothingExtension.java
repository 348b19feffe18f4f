package io.lighter.testing;

import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/** Does what {@link LeavesNothing} says. */
final class LeavesNothingExtension
    implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {

  private static final Namespace STORE = Namespace.create(LeavesNothingExtension.class);
  private static final long PAUSE_MILLIS = 10;

  LeavesNothingExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    before(context, context.getTestClass());
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    after(context, context.getTestClass());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    before(context, context.getTestMethod());
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    after(context, context.getTestMethod());
  }

  private static void before(
      ExtensionContext context, Optional<? extends AnnotatedElement> element) {
    if (rulesOf(element).isPresent()) {
      // The first census loads classes and so opens files of its own: it must not count.
      Census.take();
      context.getStore(STORE).put(key(element), Census.take());
    }
  }

  private static void after(ExtensionContext context, Optional<? extends AnnotatedElement> element)
      throws InterruptedException {
    LeavesNothing rules = rulesOf(element).orElse(null);
    Census before =
        rules == null ? null : context.getStore(STORE).remove(key(element), Census.class);
    if (rules == null || before == null) {
      return;
    }
    List<Leftover> left = leftAfterSettling(rules, before);
    if (!left.isEmpty()) {
      throw new AssertionError(
          context.getDisplayName()
              + " left behind:"
              + left.stream().map(one -> "\n  " + one).collect(Collectors.joining()));
    }
  }

  private static List<Leftover> leftAfterSettling(LeavesNothing rules, Census before)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(rules.settle());
    List<Leftover> left = left(rules, before);
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      left = left(rules, before);
    }
    return left;
  }

  private static List<Leftover> left(LeavesNothing rules, Census before) {
    Census now = Census.take();
    List<Leftover> left = new ArrayList<>(now.leftSince(before));
    long more = now.mappings() - before.mappings();
    if (more > rules.mappings()) {
      left.add(new Leftover(Resource.MAPPING, more + " more, tolerated " + rules.mappings()));
    }
    List<Resource> except = List.of(rules.except());
    List<Pattern> ignored = Stream.of(rules.ignoring()).map(Pattern::compile).toList();
    left.removeIf(
        one ->
            except.contains(one.resource())
                || ignored.stream().anyMatch(pattern -> pattern.matcher(one.entry()).find())
                || (one.resource() == Resource.CGROUP && !one.entry().contains(rules.cgroups())));
    return left;
  }

  private static Optional<LeavesNothing> rulesOf(Optional<? extends AnnotatedElement> element) {
    return element.flatMap(e -> AnnotationSupport.findAnnotation(e, LeavesNothing.class));
  }

  private static Object key(Optional<? extends AnnotatedElement> element) {
    return Objects.requireNonNull(element.orElse(null));
  }
}
