/**
 * The language of Dockerfiles: text in, instructions out, each with the lines that it came from.
 *
 * <p>{@link io.lighter.images.dockerfile.Dockerfile#parse} reads a whole file, {@link
 * io.lighter.images.dockerfile.WordExpander} substitutes variables, {@link
 * io.lighter.images.dockerfile.IgnoreRules} is a {@code .dockerignore}. All of it is pure: no file
 * is opened and nothing is run. What an instruction does is no concern of this package.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/">Dockerfile reference</a>
 */
@NullMarked
package io.lighter.images.dockerfile;

import org.jspecify.annotations.NullMarked;
