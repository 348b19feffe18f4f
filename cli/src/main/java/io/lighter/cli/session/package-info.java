/**
 * What joins a container in the foreground to the terminal and the signals of the one who runs it.
 */
@NullMarked
package io.lighter.cli.session;

import org.jspecify.annotations.NullMarked;
