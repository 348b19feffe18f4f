/**
 * What a container is: the Linux part of OCI runtime-spec 1.3.0's {@code config.json} as immutable
 * records, read, written and checked. This is the public API for embedding.
 *
 * <p>Names follow the specification and its Go types without the {@code Linux} prefix. Every list,
 * set and map is an unmodifiable copy and never null: absent and empty are one. Every other absent
 * field is null where absence means something else than zero or false. An unsigned 64-bit field
 * (rlimits, CPU shares, seccomp arguments) is a {@code long} that holds the same 64 bits; use
 * {@link Long#compareUnsigned} and {@link Long#toUnsignedString}. All types are safe for use by
 * several threads.
 *
 * <p>What does not belong here: anything that makes a container, and any question to the host
 * beyond reading the file and, for the default container, counting its CPUs.
 */
@NullMarked
package io.lighter.runtime.spec;

import org.jspecify.annotations.NullMarked;
