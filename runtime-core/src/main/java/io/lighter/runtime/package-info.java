/**
 * One container: from its specification to its exit. This package is the API for those who embed
 * Lighter.
 *
 * <pre>{@code
 * try (ContainerRuntime runtime = ContainerRuntime.open(RuntimeConfig.of(Path.of("/run/my-app")));
 *     RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/srv/images/busybox")));
 *     PreparedContainer prepared = runtime.prepare(spec, root);
 *     Container container = prepared.start(Stdio.inherit())) {
 *   int status = container.waitFor().shellStatus();
 * }
 * }</pre>
 *
 * <p>{@link io.lighter.runtime.ContainerRuntime#prepare} does what is the same for every start of a
 * specification: it plans the launch program, compiles the seccomp filter, loads the device filter,
 * checks the limits. {@link io.lighter.runtime.PreparedContainer#start} does what differs. A
 * container that is closed leaves nothing behind: no process, mount, cgroup or folder.
 *
 * <p>What does not belong here: images and where they come from, networks beyond a namespace,
 * names, restart policies.
 */
@NullMarked
package io.lighter.runtime;

import org.jspecify.annotations.NullMarked;
