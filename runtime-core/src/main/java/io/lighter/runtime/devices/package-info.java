/**
 * Which devices the processes of a container may read, write and make nodes of: from the device
 * rules of a specification to the eBPF program that the kernel runs for the container's cgroup, by
 * a compiler of our own.
 *
 * <p>{@link io.lighter.runtime.devices.DeviceCompiler} makes a program of rules, {@link
 * io.lighter.runtime.devices.DeviceFilters} loads it, {@link
 * io.lighter.runtime.devices.DeviceFilter} is attached to the cgroup of each container.
 *
 * <p>What does not belong here: the nodes in {@code /dev}, which the launch program makes.
 */
@NullMarked
package io.lighter.runtime.devices;

import org.jspecify.annotations.NullMarked;
