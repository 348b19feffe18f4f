/**
 * The command line as text: which flags there are, how they may be written, what their values must
 * look like. What the values mean belongs to {@code io.lighter.cli.options}.
 */
@NullMarked
package io.lighter.cli.flags;

import org.jspecify.annotations.NullMarked;
