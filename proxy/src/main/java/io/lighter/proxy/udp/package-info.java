/**
 * Tier one for UDP: datagrams of a client go to one endpoint as long as some come, and the answers
 * go back from the address that was asked.
 *
 * <p>A flow is a client's address and port at one frontend. It has a socket of its own towards its
 * endpoint, so that the kernel tells which client an answer is for, and that the endpoint is gone.
 */
@NullMarked
package io.lighter.proxy.udp;

import org.jspecify.annotations.NullMarked;
