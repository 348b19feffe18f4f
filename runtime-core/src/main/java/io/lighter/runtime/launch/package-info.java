/**
 * From a container's specification to its launch program: which system calls the new process makes
 * between its birth and its exec, in which order, and why in this one.
 *
 * <p>{@link io.lighter.runtime.launch.LaunchPlanner} is a pure function: it makes no system call
 * and needs no privilege. What it must know of the root file system and of the host it asks through
 * {@link io.lighter.runtime.launch.PathKinds}. Everything that differs between two starts of the
 * same specification (the root mount, pipes, the network namespace) is a parameter of the program,
 * listed in {@link io.lighter.runtime.launch.LaunchInputs}.
 */
@NullMarked
package io.lighter.runtime.launch;

import org.jspecify.annotations.NullMarked;
