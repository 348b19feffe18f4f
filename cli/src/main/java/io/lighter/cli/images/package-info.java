/**
 * The commands over images, and over containers while they run, with Docker's names, options and
 * output: {@code lighter pull}, {@code save}, {@code commit}, {@code stats} and the others. Each
 * command is a class that knows its flags.
 */
@NullMarked
package io.lighter.cli.images;

import org.jspecify.annotations.NullMarked;
