/**
 * A registry: serves the distribution specification 1.1 from a folder.
 *
 * <p>{@code http} speaks with clients, {@code access} knows who may do what, {@code storage} keeps
 * what was pushed; this package says what each request means.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#endpoints">the
 *     endpoints</a>
 */
@NullMarked
package io.lighter.images.registry.server;

import org.jspecify.annotations.NullMarked;
