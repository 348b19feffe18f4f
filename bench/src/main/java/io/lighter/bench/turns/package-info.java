/**
 * Several subjects that do the same thing in turn, one at a time and many at once, and what came of
 * it.
 *
 * <p>A {@link Subject} starts something and says when; a {@link Schedule} says whose turn it is;
 * {@link Harness} runs it. The times of a start are {@link StartTimes}, whatever it is that starts.
 */
@NullMarked
package io.lighter.bench.turns;

import org.jspecify.annotations.NullMarked;
