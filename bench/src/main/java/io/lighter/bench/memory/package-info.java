/**
 * What a start charges to the container's memory cgroup, and with how little memory a container
 * still runs. Measured in the test kernel ({@code testing/kernel}), which has the memory controller
 * whatever the machine has.
 */
@NullMarked
package io.lighter.bench.memory;

import org.jspecify.annotations.NullMarked;
