/**
 * The limits of the OCI runtime specification as settings of cgroup v2.
 *
 * <p>The specification speaks the language of cgroup v1: shares of 2 to 262144, memory and swap as
 * one sum, weights of 10 to 1000. Here they become what cgroup v2 takes. What cgroup v2 cannot do
 * is refused by its place in {@code config.json}.
 */
@NullMarked
package io.lighter.runtime.resources;

import org.jspecify.annotations.NullMarked;
