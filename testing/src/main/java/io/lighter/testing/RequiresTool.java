package io.lighter.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test runs a program of the machine. Without it the test is skipped and says so, or fails
 * where {@link Requirements#enforced() everything is required}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(RequiresTool.List.class)
@ExtendWith(Requirements.class)
public @interface RequiresTool {

  /** The program's file name, looked for as {@link Tools#find} does: {@code "crun"}. */
  String value();

  /** The Debian package that brings it, if it is not named as the program. */
  String debianPackage() default "";

  /** Holds several {@link RequiresTool} on one element. */
  @Target({ElementType.TYPE, ElementType.METHOD})
  @Retention(RetentionPolicy.RUNTIME)
  @Documented
  @Inherited
  @ExtendWith(Requirements.class)
  @interface List {

    /** The programs, all of them needed. */
    RequiresTool[] value();
  }
}
