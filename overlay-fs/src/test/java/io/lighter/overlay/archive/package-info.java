/** Tests on real folders, with archives that were made by hand, by us and by GNU tar. */
@NullMarked
package io.lighter.overlay.archive;

import org.jspecify.annotations.NullMarked;
