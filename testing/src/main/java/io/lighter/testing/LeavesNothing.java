package io.lighter.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A {@link Census} before and after: whatever is there afterwards and was not before fails the
 * test, by name. On a method it spans its {@code @BeforeEach} and {@code @AfterEach} too; on a
 * class it spans the class from {@code @BeforeAll} to {@code @AfterAll}, once.
 *
 * <p>What the kernel or a thread tears down a moment later is waited for, up to {@link #settle()}.
 * Tests that run at the same time in one JVM see each other's resources: do not mix.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(LeavesNothingExtension.class)
public @interface LeavesNothing {

  /** What is not looked at. */
  Resource[] except() default {};

  /** Entries that may stay: regular expressions, each found anywhere in the entry's text. */
  String[] ignoring() default {};

  /**
   * How many memory mappings more are tolerated. The JVM itself adds some as it compiles and as its
   * heap grows, so a leak of one a start shows when there are many more starts than this.
   */
  int mappings() default 200;

  /**
   * Only cgroups whose path contains this are looked at. By default all are, except those named
   * {@code ...-PID} for a process that lives and is not of this test: somebody else's.
   */
  String cgroups() default "";

  /** How long to wait for what goes away by itself, in milliseconds. */
  long settle() default 3_000;
}
