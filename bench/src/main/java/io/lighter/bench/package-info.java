/** Benchmarks. */
@NullMarked
package io.lighter.bench;

import org.jspecify.annotations.NullMarked;
