/**
 * The end-to-end start harness: one and the same container started and ended by several subjects,
 * in turn in one run, one at a time and many at once.
 *
 * <p>The floor and the drivers of the peers are C ({@code src/main/c}), compiled when a run begins,
 * so that no subject pays for a JVM that is not its own.
 */
@NullMarked
package io.lighter.bench.start;

import org.jspecify.annotations.NullMarked;
