/** Tests on real overlay mounts, which hang nowhere. */
@NullMarked
package io.lighter.overlay;

import org.jspecify.annotations.NullMarked;
