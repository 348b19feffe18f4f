/** Who may resolve paths, and a class that must not and does. */
@NullMarked
package io.lighter.bench.paths;

import org.jspecify.annotations.NullMarked;
