/**
 * How one of several endpoints is chosen. Pure: nothing here opens a socket, looks at a clock or
 * knows a service, and choosing allocates nothing.
 *
 * <p>Endpoints are numbers from 0, and {@link io.lighter.proxy.choice.Candidates} says what each of
 * them is worth at the moment. A client is the 128 bits of its address, IPv4 ones as they are
 * mapped into IPv6.
 */
@NullMarked
package io.lighter.proxy.choice;

import org.jspecify.annotations.NullMarked;
