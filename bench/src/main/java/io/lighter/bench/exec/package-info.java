/**
 * A further process in a container that runs: {@code /bin/true} executed in one that idles, by
 * several subjects in turn, one at a time and many at once.
 */
@NullMarked
package io.lighter.bench.exec;

import org.jspecify.annotations.NullMarked;
