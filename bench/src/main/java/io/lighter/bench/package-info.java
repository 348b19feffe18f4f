/**
 * What Lighter costs, measured: the JMH suites ({@code io.lighter.bench.jmh}) and the end-to-end
 * start harness against peers ({@code io.lighter.bench.start}). Nothing here is on a path that runs
 * containers for users, and no other room needs this one.
 */
@NullMarked
package io.lighter.bench;

import org.jspecify.annotations.NullMarked;
