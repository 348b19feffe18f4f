/** Containers of {@code lighter run --name} while they run, for the commands that look at them. */
@NullMarked
package io.lighter.cli.running;

import org.jspecify.annotations.NullMarked;
