/**
 * The documents that describe images: an index of manifests, a manifest, a configuration. Their
 * bytes are their names, so that what was read is kept as it was, and only what we make is written.
 */
@NullMarked
package io.lighter.images.manifest;

import org.jspecify.annotations.NullMarked;
