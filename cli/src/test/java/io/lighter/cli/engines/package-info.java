/** Debian's engines, unmodified, with {@code lighter oci} as their runtime. */
@NullMarked
package io.lighter.cli.engines;

import org.jspecify.annotations.NullMarked;
