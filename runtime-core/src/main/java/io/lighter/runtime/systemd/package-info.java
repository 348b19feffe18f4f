/**
 * Containers whose cgroup systemd makes: as a transient scope, with the limits as properties of the
 * unit. The driver {@code systemd} of runc and crun.
 *
 * <p>All but {@link io.lighter.runtime.systemd.Systemd} is pure. What speaks to systemd implements
 * that, and does not belong here.
 *
 * @see <a href="https://systemd.io/CGROUP_DELEGATION/">Control Group APIs and Delegation</a>
 */
@NullMarked
package io.lighter.runtime.systemd;

import org.jspecify.annotations.NullMarked;
