/**
 * The log pipeline: what a container writes to its standard output and error, on its way to where
 * it is kept.
 *
 * <p>The bytes stay in the kernel, in the container's own pipe, until they are safe: they are
 * looked at by tee(2), written, and only then taken out. So a pipeline that is killed at any
 * instant loses nothing and repeats nothing, as long as somebody keeps the pipe open meanwhile.
 *
 * <p>{@link io.lighter.runtime.logs.LogPipeline} is where to begin. A {@link
 * io.lighter.runtime.logs.LogSink} is one place to keep logs; embedders may write their own.
 *
 * <p>What does not belong here: who keeps the pipes open while the daemon is away, and the streams
 * of clients that are attached to a container.
 */
@NullMarked
package io.lighter.runtime.logs;

import org.jspecify.annotations.NullMarked;
