/**
 * Images: what a container is made of. The names that everything in this room shares: {@link
 * io.lighter.images.Digest} names content, a {@link io.lighter.images.Descriptor} says what and how
 * large it is, a {@link io.lighter.images.Platform} what it runs on.
 *
 * <p>{@code reference} has the names that people give to images, {@code manifest} the documents
 * that describe them, {@code store} keeps them on this machine, {@code registry} fetches and sends
 * them and serves others, {@code transfer} moves images between the two, {@code archive} writes and
 * reads them as files, {@code dockerfile} and {@code build} make them, {@code cdi} reads what
 * vendors say of devices.
 *
 * <p>What does not belong here: containers beyond what a build needs, networks, and the Docker API.
 *
 * @see <a href="https://github.com/opencontainers/image-spec">OCI image format</a>
 * @see <a href="https://github.com/opencontainers/distribution-spec">OCI distribution</a>
 */
@NullMarked
package io.lighter.images;

import org.jspecify.annotations.NullMarked;
