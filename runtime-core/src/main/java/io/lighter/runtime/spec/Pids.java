package io.lighter.runtime.spec;

import org.jspecify.annotations.Nullable;

/**
 * Limit of the number of tasks.
 *
 * @param limit how many; -1 is no limit
 */
public record Pids(@Nullable Long limit) {}
