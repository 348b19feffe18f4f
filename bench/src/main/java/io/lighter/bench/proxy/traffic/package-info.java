/**
 * The two ends of {@code lighter bench proxy}, each a program of its own: the server behind the
 * balancers, and the client that obeys {@link io.lighter.bench.proxy.traffic.Order orders}.
 */
@NullMarked
package io.lighter.bench.proxy.traffic;

import org.jspecify.annotations.NullMarked;
