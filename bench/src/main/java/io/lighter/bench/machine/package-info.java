/** The machine under a run: what it is, what it has done, and where a run keeps its things. */
@NullMarked
package io.lighter.bench.machine;

import org.jspecify.annotations.NullMarked;
