package io.lighter.linux;

/**
 * Three sets of capabilities of a thread, as masks of {@link Capability}.
 *
 * @param effective what the kernel checks
 * @param permitted what may be made effective
 * @param inheritable what a program with such file capabilities keeps
 */
public record CapabilitySets(long effective, long permitted, long inheritable) {}
