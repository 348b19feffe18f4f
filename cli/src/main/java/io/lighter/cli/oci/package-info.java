/**
 * {@code lighter oci}: the command line of an OCI runtime, as runc 1.5 and crun 1.29 have it, so
 * that conmon (Podman, CRI-O), containerd's shim for runc and people can call this one in their
 * place.
 *
 * <p>Every call is a process of its own that soon ends: what a command needs is loaded by that
 * command alone. What containers are belongs to {@code io.lighter.runtime.lifecycle}.
 */
@NullMarked
package io.lighter.cli.oci;

import org.jspecify.annotations.NullMarked;
