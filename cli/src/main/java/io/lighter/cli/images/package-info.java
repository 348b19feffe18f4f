/**
 * The commands over images, with Docker's names, options and output: {@code lighter pull}, {@code
 * images}, {@code save} and the others. Each command is a class that knows its flags.
 */
@NullMarked
package io.lighter.cli.images;

import org.jspecify.annotations.NullMarked;
