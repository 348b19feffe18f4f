/**
 * The native store of logs: what a container wrote, byte by byte, in segments with an index.
 *
 * <p>{@link io.lighter.runtime.logs.store.SegmentStore} keeps it, {@link
 * io.lighter.runtime.logs.store.LogReader} reads it. The format, the order of the writes and what
 * follows from it after a crash are in docs/logs.md, "The native store".
 *
 * <p>What does not belong here: formats that others read, and how bytes come out of a pipe.
 */
@NullMarked
package io.lighter.runtime.logs.store;

import org.jspecify.annotations.NullMarked;
