/** Tests of {@code lighter build}. */
@NullMarked
package io.lighter.cli.build;

import org.jspecify.annotations.NullMarked;
