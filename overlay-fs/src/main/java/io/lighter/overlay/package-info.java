/** Overlay. */
@NullMarked
package io.lighter.overlay;

import org.jspecify.annotations.NullMarked;
