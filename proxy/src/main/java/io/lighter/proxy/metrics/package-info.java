/** The figures of the load balancer for Prometheus, and the server that hands them out. */
@NullMarked
package io.lighter.proxy.metrics;

import org.jspecify.annotations.NullMarked;
