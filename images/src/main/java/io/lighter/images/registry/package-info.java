/**
 * What the client of registries and the server of them share: the errors of the protocol.
 *
 * <p>{@code client} fetches and sends, {@code credentials} says as whom, {@code server} is a
 * registry of our own.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI
 *     distribution 1.1</a>
 */
@NullMarked
package io.lighter.images.registry;

import org.jspecify.annotations.NullMarked;
