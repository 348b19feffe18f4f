package io.lighter.runtime.spec;

import org.jspecify.annotations.Nullable;

/**
 * CPU affinity of a process that exec adds, as cpuset(7) lists such as {@code 0-3,7}.
 *
 * @param initial before it enters the container's cgroup
 * @param finalCpus after it has entered, {@code final} in {@code config.json}
 */
public record CpuAffinity(@Nullable String initial, @Nullable String finalCpus) {}
