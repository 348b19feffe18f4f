/**
 * What the registry keeps: content in a store of images, and records of which repository has what.
 *
 * <pre>
 * ROOT/lock                    held by the process that uses this folder
 * ROOT/store                   see {@link io.lighter.images.store}; these kinds of records:
 *   repositories/REPO          there is such a repository
 *   blobs.REPO/DIGEST          the repository has this blob
 *   manifests.REPO/DIGEST      the repository has this manifest; keeps what it refers to
 *   tags.REPO/TAG              what the tag stands for
 *   referrers.REPO/SUBJECT.BY  a manifest about another
 *   fetched.REPO/DIGEST        when a mirror took this blob or manifest
 * ROOT/uploads/REPO/ID         what has come of a blob
 * </pre>
 *
 * <p>REPO is the name with {@code S} for each slash, since names are in small letters. The bytes of
 * an upload are its only state: after a crash, a client goes on where the file ends.
 */
@NullMarked
package io.lighter.images.registry.server.storage;

import org.jspecify.annotations.NullMarked;
