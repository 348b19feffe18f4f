/**
 * What a {@code lighter run} was asked to do, as data: flags that have been read, checked against
 * each other and given their meaning, but not yet turned into a container. Reading them touches no
 * file but those that the flags themselves name ({@code --env-file}).
 */
@NullMarked
package io.lighter.cli.options;

import org.jspecify.annotations.NullMarked;
