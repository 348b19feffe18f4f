/**
 * JMH benchmarks, one class a question, and the one command that runs them.
 *
 * <p>A benchmark class is public, has its {@code @BenchmarkMode}, {@code @OutputTimeUnit},
 * {@code @Warmup}, {@code @Measurement} and {@code @Fork} as annotations (so that a plain run is a
 * short one), and a Javadoc sentence that says which question it answers.
 *
 * <p>What is private to a package of another room is measured by a class in a package of its name.
 */
@NullMarked
package io.lighter.bench.jmh;

import org.jspecify.annotations.NullMarked;
