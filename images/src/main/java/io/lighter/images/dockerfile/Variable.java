package io.lighter.images.dockerfile;

import org.jspecify.annotations.Nullable;

/**
 * A variable of ARG.
 *
 * @param value its default as written, null for none
 */
public record Variable(String name, @Nullable String value) {}
