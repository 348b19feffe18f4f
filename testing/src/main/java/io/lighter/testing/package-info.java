/**
 * What the tests of every room share: conditions ({@link io.lighter.testing.RequiresRoot}, {@link
 * io.lighter.testing.RequiresTool}, {@link io.lighter.testing.KernelTest}) and the leak check
 * ({@link io.lighter.testing.LeavesNothing}). The test kernel itself is in {@code testing/kernel}.
 *
 * <p>Everything here reads {@code /proc} with plain Java: this room needs JUnit and no other room,
 * so that each of them can use it, {@code linux} included. What starts or mends something on the
 * machine does not belong here.
 */
@NullMarked
package io.lighter.testing;

import org.jspecify.annotations.NullMarked;
