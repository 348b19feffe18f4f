/** Containers of {@code lighter run} while they run, for the commands that look at them. */
@NullMarked
package io.lighter.cli.running;

import org.jspecify.annotations.NullMarked;
