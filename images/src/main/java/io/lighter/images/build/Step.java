package io.lighter.images.build;

/**
 * One instruction of a build, for progress.
 *
 * @param number from 1, in the order in which steps began
 * @param name such as {@code [build 2/5] RUN make}
 */
public record Step(int number, String name) {}
