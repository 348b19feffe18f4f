package io.lighter.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test needs a cgroup v2 tree with the controllers cpu, memory and pids. Its class is named
 * {@code ...KernelTest}, and the build runs it in the test kernel ({@code
 * testing/kernel/README.md}), where it is root on a Linux of its own with the machine's files, and
 * where {@code java.io.tmpdir} is a tmpfs that can hold overlay uppers.
 *
 * <p>Stands beside {@code @Test}, not in its place. Run by hand on a host whose cgroup v2 tree has
 * the controllers, it runs there; elsewhere it is skipped and says so.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Tag("kernel")
@ExtendWith(Requirements.class)
public @interface KernelTest {}
