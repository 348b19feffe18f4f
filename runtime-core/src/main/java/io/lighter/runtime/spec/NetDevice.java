package io.lighter.runtime.spec;

import org.jspecify.annotations.Nullable;

/**
 * A host network device that moves into the container.
 *
 * @param name its name inside; absent keeps the host's
 */
public record NetDevice(@Nullable String name) {}
