/**
 * HTTP and TLS for the registry, by Netty: each request is handled by a virtual thread that reads
 * and writes as if it were alone. What is on its way through memory is bounded in both directions:
 * the network is only read when the handler reads, and a write waits until the client has taken
 * most of it.
 */
@NullMarked
package io.lighter.images.registry.server.http;

import org.jspecify.annotations.NullMarked;
