/** How archives are compressed: found out by their first bytes, read and written by libraries. */
@NullMarked
package io.lighter.images.compression;

import org.jspecify.annotations.NullMarked;
