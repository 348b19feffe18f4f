/**
 * Tier one of the balancer: connections are accepted, and relayed to endpoints.
 *
 * <p>{@link io.lighter.proxy.relay.Relay} is what others use. Each of its loops ({@link
 * io.lighter.proxy.relay.EventLoop}) has a listening socket of its own at every address, and a
 * connection stays with the loop that accepted it, so loops share nothing but the counters of
 * services and endpoints.
 *
 * <p>What does not belong here: the choice of an endpoint ({@code proxy.choice}), files with
 * configuration, Kubernetes.
 */
@NullMarked
package io.lighter.proxy.relay;

import org.jspecify.annotations.NullMarked;
