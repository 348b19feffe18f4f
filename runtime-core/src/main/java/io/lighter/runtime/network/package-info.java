/**
 * What a specification asks of the network of a container, beyond the namespace itself: the host's
 * devices that move into it.
 *
 * <p>What does not belong here: bridges, addresses of ours, names, ports: the room {@code
 * networking} does that.
 */
@NullMarked
package io.lighter.runtime.network;

import org.jspecify.annotations.NullMarked;
