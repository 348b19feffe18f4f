/**
 * Images as files: archives that hold whole images, as {@code docker save} and the tools of OCI
 * write them, and archives of files alone, which become an image of one layer.
 */
@NullMarked
package io.lighter.images.archive;

import org.jspecify.annotations.NullMarked;
