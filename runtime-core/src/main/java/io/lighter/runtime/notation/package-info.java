/** How people write times and durations for Docker's tools, wherever they may. */
@NullMarked
package io.lighter.runtime.notation;

import org.jspecify.annotations.NullMarked;
