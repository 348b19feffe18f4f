/** {@code lighter build}: Docker's command line for {@link io.lighter.images.build}. */
@NullMarked
package io.lighter.cli.build;

import org.jspecify.annotations.NullMarked;
