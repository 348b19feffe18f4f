/** What tests of this room do to launch images, which only this package can reach into. */
@NullMarked
package io.lighter.linux;

import org.jspecify.annotations.NullMarked;
