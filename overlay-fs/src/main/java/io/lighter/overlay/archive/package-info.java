/**
 * Tar archives of layers and trees: extraction that no archive can lead out of its folder, and
 * writing of the same bytes for the same files.
 *
 * <p>An {@link io.lighter.overlay.archive.ArchiveExtractor} puts an archive into an open folder, an
 * {@link io.lighter.overlay.archive.ArchiveWriter} makes one of a folder or of what a container
 * changed. Both know whiteouts: {@code .wh.NAME} in an archive is a device 0/0 in a layer.
 *
 * <p>Every file is reached by a descriptor of its folder and one name. The folders themselves are
 * resolved by openat2 with RESOLVE_IN_ROOT or RESOLVE_BENEATH, so that no symbolic link and no
 * {@code ..} leads out of the root, whoever planted it.
 *
 * <p>What does not belong here: compression, digests of compressed blobs, and where layers come
 * from.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">OCI image layer
 *     filesystem changeset</a>
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">pax: ustar and
 *     pax interchange format</a>
 */
@NullMarked
package io.lighter.overlay.archive;

import org.jspecify.annotations.NullMarked;
