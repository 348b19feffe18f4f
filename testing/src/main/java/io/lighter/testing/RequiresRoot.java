package io.lighter.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test needs user 0 with {@code CAP_SYS_ADMIN}: it mounts or makes namespaces. Without them it
 * is skipped and says so, or fails where {@link Requirements#enforced() everything is required}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(Requirements.class)
public @interface RequiresRoot {}
