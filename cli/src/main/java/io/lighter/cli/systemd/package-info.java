/**
 * The way to systemd: D-Bus, to the daemon of a bus or to systemd itself. What is asked of systemd
 * belongs to {@code io.lighter.runtime.systemd}.
 *
 * <p>Loaded by commands that make, change or delete a container whose cgroup systemd makes, and by
 * no other: the library takes its time at every start.
 */
@NullMarked
package io.lighter.cli.systemd;

import org.jspecify.annotations.NullMarked;
