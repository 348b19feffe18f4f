/**
 * {@code lighter bench proxy}: what a load balancer costs, beside HAProxy, nginx, nftables and a
 * direct connection, by clients and servers of our own that are the same for all.
 */
@NullMarked
package io.lighter.bench.proxy;

import org.jspecify.annotations.NullMarked;
