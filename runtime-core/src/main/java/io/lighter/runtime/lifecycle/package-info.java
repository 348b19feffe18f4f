/**
 * Containers that outlive the process which made them: the life cycle of runtime-spec 1.3.0
 * (runtime.md), with its state on disk, so that another process can go on with it.
 *
 * <p>{@link io.lighter.runtime.lifecycle.ContainerStore} is the folder of all, {@link
 * io.lighter.runtime.lifecycle.StoredContainer} one of them. What starts a container is in {@code
 * io.lighter.runtime.launch}.
 */
@org.jspecify.annotations.NullMarked
package io.lighter.runtime.lifecycle;
