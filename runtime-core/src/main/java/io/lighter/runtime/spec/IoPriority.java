package io.lighter.runtime.spec;

/**
 * I/O priority, ioprio_set(2).
 *
 * @param ioClass the class, {@code class} in {@code config.json}
 * @param priority 0 (highest) to 7
 */
public record IoPriority(IoPriorityClass ioClass, int priority) {}
